import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = /\.(?:js|css|svg|wasm|webmanifest)$/;
const smallestBytes = 1024;

/**
 * Lays a `.br` and a `.gz` beside each file of the build, so that the server never compresses at a request. It reads
 * what was written: until then other plugins still replace placeholders in the chunks.
 */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      for (const fileName of Object.keys(bundle).filter((name) => compressible.test(name))) {
        const file = path.join(dir, fileName);
        const content = await readFile(file);
        if (content.length < smallestBytes) continue;
        const parameters = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params: parameters }));
        await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
      }
    },
  };
}
