import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Binaries } from './binaries.ts';
import type { Log } from './log.ts';
import type { RunAs } from './run-as.ts';

/** The only role that may log in, and the database that it owns. It is no superuser. */
export const ROLE = 'vybekart';

/** All that PostgreSQL's programs see of the environment: nothing that could change where or how they work. */
export const POSTGRES_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * `<DATA_DIR>/postgres`: in it `data`, PostgreSQL's own directory, and `password`, that of the role (mode 0600).
 * Both are made in a directory beside and renamed together, so that a start that was cut off leaves no half.
 */
export interface ClusterPaths {
  root: string;
  data: string;
  password: string;
}

export function clusterPaths(dataDir: string): ClusterPaths {
  return pathsBelow(path.join(path.resolve(dataDir), 'postgres'));
}

function pathsBelow(root: string): ClusterPaths {
  return { root, data: path.join(root, 'data'), password: path.join(root, 'password') };
}

/** The password of the role; makes the cluster first when there is none. Throws on one of another major version. */
export function openCluster(paths: ClusterPaths, binaries: Binaries, runAs: RunAs, log: Log): string {
  if (!existsSync(paths.root)) createCluster(paths, binaries, runAs, log);
  const major = readFileSync(path.join(paths.data, 'PG_VERSION'), 'utf8').trim();
  if (major !== binaries.major) {
    throw new Error(
      `${paths.data} was made by PostgreSQL ${major}, and this server brings PostgreSQL ${binaries.major}: ` +
        'move the data with pg_dump and pg_restore, or start with another DATA_DIR',
    );
  }
  return readFileSync(paths.password, 'utf8').trim();
}

/**
 * How PostgreSQL is told its data directory, given that it is also its working directory. Started by root it
 * runs as another user, who may be unable to walk the path (a clone below a home of mode 0700); the working
 * directory is entered while still root, and Linux leads `/proc/self/cwd` there without a walk.
 */
export function dataArgument(data: string, runAs: RunAs): string {
  return runAs.uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : data;
}

function createCluster(paths: ClusterPaths, binaries: Binaries, runAs: RunAs, log: Log): void {
  const startedAt = performance.now();
  log.info(`creating the database in ${paths.root}`);
  const draft = pathsBelow(`${paths.root}.new`);
  rmSync(draft.root, { recursive: true, force: true });
  mkdirSync(draft.data, { recursive: true, mode: 0o700 });
  if (runAs.uid !== undefined && runAs.gid !== undefined) chownSync(draft.data, runAs.uid, runAs.gid);

  const run = (program: string, args: string[], input = '') => {
    const answer = spawnSync(program, args, {
      ...runAs,
      cwd: draft.data,
      env: POSTGRES_ENV,
      input,
      encoding: 'utf8',
    });
    if (answer.status === 0) return;
    const words = answer.error?.message ?? answer.stderr.trim();
    if (words.includes('could not look up effective user ID')) {
      throw new Error(
        'the user of this process has no entry in /etc/passwd, without which PostgreSQL creates no database: ' +
          'add one, or set DATABASE_URL to a PostgreSQL server',
      );
    }
    throw new Error(`${path.basename(program)} failed: ${words}`);
  };
  const data = dataArgument(draft.data, runAs);
  // The builtin locale provider sorts and folds the same on every system, whatever locales it has.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  run(binaries.initdb, ['-D', data, '-U', 'postgres', '-A', 'reject', '--no-instructions', ...locale]);

  const password = randomBytes(32).toString('base64url');
  const statements = [
    `CREATE ROLE ${ROLE} LOGIN CREATEDB PASSWORD '${password}';`,
    `CREATE DATABASE ${ROLE} OWNER ${ROLE};`,
  ];
  run(
    binaries.postgres,
    ['--single', '-D', data, '-c', 'exit_on_error=on', 'postgres'],
    `${statements.join('\n')}\n`,
  );
  writeFileSync(path.join(draft.data, 'pg_hba.conf'), `host all ${ROLE} 127.0.0.1/32 scram-sha-256\n`);
  writeFileSync(draft.password, `${password}\n`, { mode: 0o600 });
  renameSync(draft.root, paths.root);
  log.info(`database created in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}
