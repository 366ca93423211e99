import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const at = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** A file of each folder, with imports that the rules refuse and imports that they allow. */
const folders: Record<string, { refused: string[]; allowed: string[] }> = {
  'packages/media/src/hls/a.ts': {
    refused: ['zod', '@vybekart/contract', '../../../emulators/src/b.ts'],
    allowed: ['node:net', '../b.ts', './c.ts'],
  },
  'packages/emulators/src/stripe/a.ts': {
    refused: ['stripe', '@nestjs/common'],
    allowed: ['node:http', '../b.ts'],
  },
  'packages/contract/src/a.ts': { refused: ['node:crypto', '@vybekart/client'], allowed: ['zod', './b.ts'] },
  'packages/client/src/a.ts': {
    refused: ['zod', 'node:net', '../../contract/src/index.ts'],
    allowed: ['@vybekart/contract', 'socket.io-client', './b.ts'],
  },
  'packages/client/src/a.test.ts': { refused: [], allowed: ['node:net', 'socket.io'] },
  'packages/screens/src/features/watch/a.tsx': {
    refused: ['expo-video', 'expo', 'node:path', 'hls.js', 'react-dom', '@vybekart/server'],
    allowed: ['react-native', 'react', '@vybekart/client', '../../ui/b'],
  },
  'apps/web/src/a.ts': {
    refused: ['node:fs', '@vybekart/media', '../../server/src/b.ts'],
    allowed: ['hls.js', '@vybekart/screens', './b.ts'],
  },
  'apps/server/src/platform/a.ts': {
    refused: ['../accounts/b.ts', '../config.ts', '../composition/b.ts'],
    allowed: ['@nestjs/common', 'pg', '../paths.ts', './b.ts'],
  },
  'apps/server/src/accounts/a.ts': {
    refused: ['../streams/b.ts', '../config.ts', '@nestjs/common', 'fastify'],
    allowed: ['../platform/b.ts', 'jose'],
  },
  'apps/server/src/accounts/a.controller.ts': {
    refused: ['../orders/b.ts'],
    allowed: ['@nestjs/common', 'fastify'],
  },
  'apps/server/src/streams/a.ts': {
    refused: ['../room/b.ts', '../orders/b.ts', '@vybekart/media'],
    allowed: ['../accounts/b.ts', '../media/media-provider.ts'],
  },
  'apps/server/src/room/a.ts': {
    refused: ['../orders/b.ts', '../payments/b.ts', 'socket.io', '@nestjs/websockets'],
    allowed: ['../catalog/b.ts', '../streams/b.ts'],
  },
  'apps/server/src/room/fan-out/a.ts': {
    refused: ['../../orders/b.ts'],
    allowed: ['../b.ts', '../../platform/b.ts'],
  },
  'apps/server/src/room/a.gateway.ts': { refused: [], allowed: ['socket.io', '@nestjs/websockets'] },
  'apps/server/src/catalog/a.store.ts': {
    refused: ['../orders/b.ts', '@nestjs/common'],
    allowed: ['kysely'],
  },
  'apps/server/src/orders/a.service.ts': {
    refused: ['../room/b.ts', '../streams/b.ts', 'stripe', '@nestjs/common', '../composition/b.ts'],
    allowed: ['../catalog/b.ts', '../payments/payment-provider.ts'],
  },
  'apps/server/src/payments/a.ts': {
    refused: ['../orders/b.ts', '../accounts/b.ts', 'stripe', '@vybekart/emulators'],
    allowed: ['../platform/b.ts'],
  },
  'apps/server/src/payments/stripe-payments.ts': { refused: ['../orders/b.ts'], allowed: ['stripe'] },
  'apps/server/src/media/a.ts': {
    refused: ['@aws-sdk/client-ivs', '@mux/mux-node', '../streams/b.ts'],
    allowed: [],
  },
  'apps/server/src/media/embedded-media.ts': { refused: [], allowed: ['@vybekart/media'] },
  'apps/server/src/notifications/a.ts': { refused: ['../orders/b.ts'], allowed: ['../platform/b.ts'] },
  'apps/server/src/demo/a.ts': {
    refused: ['../orders/b.ts'],
    allowed: ['@vybekart/client', '../platform/b.ts'],
  },
  'apps/server/src/room/memory-presence.ts': { refused: ['ioredis'], allowed: [] },
  'apps/server/src/room/redis-presence.ts': { refused: [], allowed: ['ioredis'] },
  'apps/server/src/composition/a.ts': {
    refused: [],
    allowed: ['../orders/b.ts', '@vybekart/emulators', '@nestjs/core', 'fastify'],
  },
};

/** What the linter refuses in each file. */
const refused: Record<string, string[]> = {};
let tree: string;

interface LintReport {
  diagnostics: { category: string; location: { path: string; start: { line: number } } }[];
}

beforeAll(async () => {
  tree = await mkdtemp(path.join(os.tmpdir(), 'vybekart-imports-'));
  const config = { plugins: [at('import-rules.grit')], linter: { rules: { preset: 'none' } } };
  await writeFile(path.join(tree, 'biome.json'), JSON.stringify(config));
  for (const [file, imports] of Object.entries(folders)) {
    const lines = sourcesOf(imports).map((source, index) => `import * as a${index} from '${source}';`);
    await mkdir(path.join(tree, path.dirname(file)), { recursive: true });
    await writeFile(path.join(tree, file), lines.join('\n'));
  }
  const { diagnostics } = await lint();
  for (const { category, location } of diagnostics) {
    expect(category).toBe('plugin');
    const source = sourcesOf(folders[location.path] ?? { refused: [], allowed: [] })[location.start.line - 1];
    refused[location.path] = [...(refused[location.path] ?? []), source ?? ''];
  }
});

afterAll(() => rm(tree, { recursive: true, force: true }));

const sourcesOf = (imports: { refused: string[]; allowed: string[] }) => [
  ...imports.refused,
  ...imports.allowed,
];

function lint(): Promise<LintReport> {
  const args = [
    at('../node_modules/@biomejs/biome/bin/biome'),
    'lint',
    '--reporter=json',
    '--max-diagnostics=none',
    '.',
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: tree }, (_, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout));
      } catch (cause) {
        reject(new Error(`the linter gave no report: ${stdout}${stderr}`, { cause }));
      }
    });
  });
}

test.each(Object.entries(folders))('%s imports what its folder may, and nothing else', (file, imports) => {
  expect((refused[file] ?? []).sort()).toEqual(imports.refused.sort());
});
