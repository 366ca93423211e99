// `npm start`, `npm test`, `npm run check|bench|format`: everything from a fresh clone, with nothing on the machine
// but Node 20 and npm. Until the packages are there, this file and `bootstrap/` are all that runs, on Node's own
// modules.
import { install, needsInstall } from './bootstrap/install.mjs';
import { runOnLockedNode } from './bootstrap/locked-node.mjs';
import { withPreparationLock } from './bootstrap/preparation-lock.mjs';
import { staleBuilds } from './bootstrap/stale-builds.mjs';

/** What each command needs before it runs, and the program that it is. */
const commands = {
  start: { dependencies: 'production', builds: ['server', 'web'], program: ['apps/server/dist/main.js'] },
  test: {
    dependencies: 'all',
    builds: ['server', 'web'],
    program: ['node_modules/vitest/vitest.mjs', 'run'],
  },
  'test:long': {
    dependencies: 'all',
    builds: ['server', 'web'],
    program: [
      'node_modules/vitest/vitest.mjs',
      'run',
      'apps/server/test/commerce/any-order-of-events.test.ts',
      'apps/server/test/faults/broken-connections.test.ts',
      'apps/server/test/faults/crash-points.test.ts',
      'apps/server/test/faults/killed-under-load.test.ts',
    ],
    env: { VYBEKART_TEST_LENGTH: 'long' },
  },
  bench: { dependencies: 'all', builds: ['server', 'web'], program: ['bench/src/main.ts'] },
  check: { dependencies: 'all', builds: [], program: ['scripts/check.mjs'] },
  'android:check': { dependencies: 'production', builds: [], program: ['scripts/android-check.mjs'] },
  format: {
    dependencies: 'all',
    builds: [],
    program: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write'],
  },
};

async function main() {
  const [name, ...args] = process.argv.slice(2);
  const command = commands[name];
  if (!command) throw new Error(`usage: node scripts/run.mjs ${Object.keys(commands).join('|')} [arguments]`);
  const isPrepared = () => !needsInstall(command.dependencies) && staleBuilds(command.builds).length === 0;
  if (!isPrepared()) await withPreparationLock(() => prepare(command));
  Object.assign(process.env, command.env);
  return runOnLockedNode(command.program, args);
}

async function prepare({ dependencies, builds }) {
  if (needsInstall(dependencies)) await install(dependencies);
  const stale = staleBuilds(builds);
  if (stale.length === 0) return;
  const status = await runOnLockedNode(
    ['scripts/build/main.mjs'],
    stale.map(({ name, digest }) => `${name}=${digest}`),
  );
  if (status !== 0) throw new Error(`the build failed (exit code ${status})`);
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
