import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import type { Observed } from './observed.ts';

export const WATCH_MS = 30_000;
export const SETTLE_MS = 8000;

export interface Watched {
  p50: number;
  p95: number;
  max: number;
  frames: number;
  stalls: number;
  firstFrameMs: number | null;
}

/** What a page with the product's player (`ours`) or with the library's own defaults (`plain`) shows of an address. */
export async function watch(
  browser: Browser,
  pageUrl: string,
  hlsUrl: string,
  player: 'ours' | 'plain',
): Promise<Watched> {
  await using page = await browser.newPage({ viewport: { width: 640, height: 400 } });
  await page.goto(`${pageUrl}?${new URLSearchParams({ url: hlsUrl, player })}`);
  await delay(WATCH_MS);
  const { frames, stalls, firstFrameMs } = await page.evaluate<Observed>('window.observed');
  const ages = frames
    .filter((shown) => shown.atMs > SETTLE_MS)
    .map((shown) => shown.ageMs)
    .sort((a, b) => a - b);
  const at = (share: number) =>
    ages[Math.min(ages.length - 1, Math.floor(ages.length * share))] ?? Number.NaN;
  if (ages.length < 100) throw new Error(`only ${ages.length} frames were shown by the ${player} player`);
  return { p50: at(0.5), p95: at(0.95), max: at(1), frames: ages.length, stalls, firstFrameMs };
}

/** Serves these scripts, each on a page of its own, bundled as the web app is. Answers the origin, without a slash. */
export async function servePages(
  dir: string,
  names: readonly string[],
  resources: AsyncDisposableStack,
): Promise<string> {
  for (const name of names) {
    await build({
      configFile: false,
      logLevel: 'error',
      publicDir: false,
      build: {
        outDir: dir,
        emptyOutDir: false,
        lib: {
          entry: fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
          formats: ['es'],
          fileName: () => `${name}.js`,
        },
      },
    });
  }
  const server: Server = createServer((request, response) => {
    const [, name = '', extension] = /^\/([a-z-]+)(\.js)?(?:\?|$)/.exec(request.url ?? '') ?? [];
    if (!names.includes(name)) {
      response.writeHead(404).end();
    } else if (extension) {
      void readFile(path.join(dir, `${name}.js`)).then((script) =>
        response.writeHead(200, { 'content-type': 'text/javascript' }).end(script),
      );
    } else {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(
        `<!doctype html><video muted playsinline autoplay width=640></video><script type=module src=/${name}.js></script>`,
      );
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function untilPlayable(url: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (
    !(await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (performance.now() > deadline) throw new Error('the stream never became playable');
    await delay(200);
  }
}
