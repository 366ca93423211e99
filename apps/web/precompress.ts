import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = /\.(?:js|css|svg|webmanifest)$/;
const smallestBytes = 1024;

/** Lays a `.br` and a `.gz` beside each file of the build, so that the server never compresses at a request. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async generateBundle(_options, bundle) {
      const files = Object.values(bundle).map((file) => ({
        fileName: file.fileName,
        content: Buffer.from(file.type === 'chunk' ? file.code : file.source),
      }));
      for (const { fileName, content } of files) {
        if (!compressible.test(fileName) || content.length < smallestBytes) continue;
        const parameters = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        this.emitFile({
          type: 'asset',
          fileName: `${fileName}.br`,
          source: await promisify(brotliCompress)(content, { params: parameters }),
        });
        this.emitFile({
          type: 'asset',
          fileName: `${fileName}.gz`,
          source: await promisify(gzip)(content, { level: 9 }),
        });
      }
    },
  };
}
