import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { findBinaries } from './binaries.ts';
import { clusterPaths, openCluster, ROLE } from './cluster.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { clearLeftovers } from './leftovers.ts';
import type { Log } from './log.ts';
import { PortTaken, type Postmaster, type PostmasterOptions, startPostmaster } from './postmaster.ts';
import { chooseRunAs } from './run-as.ts';

/** Below the ephemeral range (32768-60999 on Linux), where any outgoing connection may hold a port. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const PORT_ATTEMPTS = 20;
const LONGEST_RESTART_PAUSE_MS = 3_000;

export interface EmbeddedPostgres {
  /** `postgres://user:password@127.0.0.1:port/vybekart`: a secret. The same as long as this process lives. */
  url: string;
  /** The process that accepts connections at this moment; another one after a restart. */
  readonly pid: number;
  /** Stops PostgreSQL in order and frees the data directory. Safe to call again. */
  stop(): Promise<void>;
}

/**
 * Runs the PostgreSQL that comes with the npm packages, its data in `<dataDir>/postgres`, on a free port of
 * 127.0.0.1, durable (fsync, synchronous commit). Any user may call it, root included. Resolves when connections
 * are accepted: 2 s for a new directory, a fifth of a second for a known one.
 *
 * - It ends with this process, however that ends; what a killed one left behind is cleared at the next start.
 * - Should PostgreSQL itself be killed, it is started again on the same port; meanwhile connections are refused.
 *
 * Throws when another live process uses the directory, when another major version made it, or when PostgreSQL
 * does not start (the message holds its own words).
 * Limit: one machine, no standby. Successor: any PostgreSQL server by `DATABASE_URL`.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log: Log;
}): Promise<EmbeddedPostgres> {
  const { dataDir, log } = options;
  const lock = lockDataDir(dataDir);
  try {
    const paths = clusterPaths(dataDir);
    const runAs = chooseRunAs(paths.data);
    const binaries = await findBinaries(runAs, log);
    const password = openCluster(paths, binaries, runAs, log);
    await clearLeftovers(paths.data, log);
    const { postmaster, port } = await startOnFreePort({ binaries, runAs, data: paths.data, log });
    const supervisor = supervise(postmaster, { binaries, runAs, data: paths.data, port, log });
    return {
      url: `postgres://${ROLE}:${password}@127.0.0.1:${port}/${ROLE}`,
      get pid() {
        return supervisor.pid();
      },
      async stop() {
        await supervisor.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startOnFreePort(
  options: Omit<PostmasterOptions, 'port'>,
): Promise<{ postmaster: Postmaster; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    try {
      return { postmaster: await startPostmaster({ ...options, port }), port };
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/** Keeps PostgreSQL up on its port until `stop`. */
function supervise(first: Postmaster, options: PostmasterOptions) {
  const { data, log } = options;
  let current = first;
  let stopping = false;

  async function keepRunning(): Promise<void> {
    await current.ended;
    for (let pauseMs = 50; !stopping; pauseMs = Math.min(pauseMs * 2, LONGEST_RESTART_PAUSE_MS)) {
      log.error(`PostgreSQL ${current.pid} ended unexpectedly, starting it again`);
      try {
        await clearLeftovers(data, log);
        current = await startPostmaster(options);
        log.info(`PostgreSQL is back as ${current.pid}`);
        pauseMs = 50;
        await current.ended;
      } catch (error) {
        log.error((error as Error).message);
        await delay(pauseMs, undefined, { ref: false });
      }
    }
  }
  const kept = keepRunning();

  return {
    pid: () => current.pid,
    async stop() {
      stopping = true;
      await current.stop();
      await kept;
      // A restart that was under way has just finished.
      await current.stop();
    },
  };
}
