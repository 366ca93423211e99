import 'reflect-metadata';
import { startServer } from './composition/compose.ts';
import { ConfigError, readConfig } from './config.ts';
import { chooseCrashPoint } from './platform/crash-points.ts';

/**
 * Starts the platform, or says in one line why it cannot. A signal stops it in order, also while it starts; a second
 * one stops it now.
 */
async function main(): Promise<void> {
  const { NODE_ENV, CRASH_POINT } = process.env;
  if (NODE_ENV === 'test' && CRASH_POINT) {
    const startCounting = chooseCrashPoint(CRASH_POINT);
    process.on('SIGUSR2', () => {
      startCounting();
      process.stdout.write('counting\n');
    });
  }
  const starting = startServer(readConfig(process.env));
  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    process.stdout.write(`${signal}: stopping\n`);
    await (await starting).close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => {
        process.stderr.write(`stopping failed: ${error instanceof Error ? error.stack : error}\n`);
        process.exit(1);
      });
    });
  }
  const server = await starting;
  process.stdout.write(`${server.report.join('\n')}\n`);
}

main().catch((error: unknown) => {
  const isExplained = error instanceof ConfigError;
  const text = error instanceof Error ? (isExplained ? error.message : error.stack) : String(error);
  process.stderr.write(`VybeKart cannot start.\n${text}\n`);
  process.exit(1);
});
