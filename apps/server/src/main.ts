import 'reflect-metadata';
import { startServer } from './composition/compose.ts';
import { ConfigError, readConfig } from './config.ts';

/** Starts the platform, or says in one line why it cannot. Two signals: stop in order, stop now. */
async function main(): Promise<void> {
  const server = await startServer(readConfig(process.env));
  process.stdout.write(`${server.report.join('\n')}\n`);
  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    process.stdout.write(`${signal}: stopping\n`);
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`stopping failed: ${error instanceof Error ? error.stack : error}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
}

main().catch((error: unknown) => {
  const isExplained = error instanceof ConfigError;
  const text = error instanceof Error ? (isExplained ? error.message : error.stack) : String(error);
  process.stderr.write(`VybeKart cannot start.\n${text}\n`);
  process.exit(1);
});
