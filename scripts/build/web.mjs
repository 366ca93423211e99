import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { root } from '../bootstrap/root.mjs';

/** Builds the app for browsers, and swaps it in at once: a running server may be serving the one before. */
export async function buildWeb(outputDir) {
  const next = path.join(root, 'node_modules/.cache/web-build');
  await build({
    root: path.join(root, 'apps/web'),
    logLevel: 'warn',
    build: { outDir: next, emptyOutDir: true },
  });
  await rm(outputDir, { recursive: true, force: true });
  await mkdir(path.dirname(outputDir), { recursive: true });
  await rename(next, outputDir);
}
