// Runs the embedded PostgreSQL of a data directory and nothing else, for tests to kill:
// node embedded-postgres-process.ts <supervisor module> <data directory> [<uid>]. Tells what happens in lines of JSON.
import type * as Supervisor from '../../src/platform/embedded-postgres/embedded-postgres.ts';

const [supervisor = '', dataDir = '', uid] = process.argv.slice(2);
const { startEmbeddedPostgres } = (await import(supervisor)) as typeof Supervisor;
const tell = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);
const log = (text: string) => tell({ log: text });

if (uid) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}
try {
  const postgres = await startEmbeddedPostgres({ dataDir, log: { info: log, warn: log, error: log } });
  const keepAlive = setInterval(() => {}, 60_000);
  process.once('SIGTERM', () => postgres.stop().finally(() => clearInterval(keepAlive)));
  tell({ ready: { url: postgres.url, pid: postgres.pid } });
} catch (error) {
  tell({ refusal: (error as Error).message });
}
