import path from 'node:path';
import { rolldown } from 'rolldown';
import { root } from '../bootstrap/root.mjs';

const bundled = /^(@vybekart\/|@oxc-project\/runtime|\.|\/)/;

/** Bundles the server's own sources to `main.js`; what npm installs stays where it is. */
export async function buildServer(outputDir) {
  const bundle = await rolldown({
    input: path.join(root, 'apps/server/src/main.ts'),
    platform: 'node',
    tsconfig: path.join(root, 'apps/server/tsconfig.json'),
    external: (id) => !bundled.test(id),
  });
  await bundle.write({
    dir: outputDir,
    format: 'esm',
    sourcemap: true,
    entryFileNames: 'main.js',
    codeSplitting: false,
  });
  await bundle.close();
}
