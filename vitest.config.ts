import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const at = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

// `npm test` runs on the locked Node. Started by hand on an older one, vitest is started again on it.
const lockedNode = at('node_modules/.bin/node');
if (Number.parseInt(process.versions.node, 10) < 24 && existsSync(lockedNode)) {
  process.exit(spawnSync(lockedNode, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1);
}

const playlistRules = 'apps/server/test/support/playlist-rules.ts';
const alone = 'apps/server/test/**/*.alone.test.ts';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    allowOnly: false,
    passWithNoTests: false,
    // Only a run that fails waits so long; a machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'packages',
          include: ['packages/*/{src,test}/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/src/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'packages/screens/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          include: ['apps/server/{src,test}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, alone],
          globalSetup: ['apps/server/test/support/global-setup.ts'],
          setupFiles: [playlistRules],
        },
      },
      {
        extends: true,
        resolve: {
          alias: [{ find: /^react-native$/, replacement: path.join(at('node_modules'), 'react-native-web') }],
          extensions: ['.web.tsx', '.web.ts', '.tsx', '.ts', '.mjs', '.js', '.json'],
        },
        test: {
          name: 'web',
          include: [
            'apps/web/{src,test}/**/*.test.{ts,tsx}',
            'packages/screens/{src,test}/**/*.test.{ts,tsx}',
          ],
          globalSetup: ['apps/server/test/support/global-setup.ts'],
        },
      },
      {
        // What measures time in the product runs after everything else, with the machine to itself.
        extends: true,
        test: {
          name: 'alone',
          include: [alone],
          globalSetup: ['apps/server/test/support/global-setup.ts'],
          setupFiles: [playlistRules],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
