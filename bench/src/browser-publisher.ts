import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../../apps/server/test/support/chromium.ts';
import type { BroadcastView } from '../../packages/screens/src/platform/broadcast.ts';
import { SETTLE_MS, servePages, untilPlayable, WATCH_MS, watch } from './glass-to-glass/watching.ts';
import { stop } from './harness/stop.ts';
import { type BenchResult, benchResult } from './result.ts';

const P95_LIMIT_MS = 1500;
const MAX_LIMIT_MS = 5000;

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Age of a frame when it is shown, from one browser to another: painted with the clock on a canvas, taken from it as
 * from a camera by the product's own broadcast (WebCodecs, one WebSocket), packaged, fetched and decoded by the
 * product's own player. Publisher, server and viewer share this machine and one clock.
 */
export default async function run(): Promise<BenchResult> {
  await using resources = new AsyncDisposableStack();
  const dir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-browser-publisher-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const pages = await servePages(dir, ['page', 'publisher-page'], resources);
  const httpPort = await startServer(resources);
  const hlsUrl = `http://127.0.0.1:${httpPort}/hls/bench/index.m3u8`;
  // The publisher's page stands behind the viewer's and must not be taken for one that nobody looks at.
  const browser = await launchChromium({
    args: [
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
  });
  resources.defer(() => browser.close());

  const publisher = await browser.newPage({ viewport: { width: 320, height: 200 } });
  const query = new URLSearchParams({ url: `ws://127.0.0.1:${httpPort}/ingest`, ticket: 'bench' });
  await publisher.goto(`${pages}/publisher-page?${query}`);
  await untilPlayable(hlsUrl);
  const shown = await watch(browser, `${pages}/page`, hlsUrl, 'ours');
  const view = await publisher.evaluate<BroadcastView>('window.broadcast.getView()');
  if (view.phase !== 'publishing') throw new Error(`the publisher is ${view.phase} (${view.problem})`);
  const result = benchResult({
    name: 'browser-publisher',
    metric: 'age of a shown frame from a publishing browser, p95',
    value: shown.p95,
    unit: 'ms',
    peer: { name: 'limit of 1,500 ms', value: P95_LIMIT_MS },
    target: 1,
    direction: 'lower',
    details: { ...shown, publisher: view, watchedMs: WATCH_MS - SETTLE_MS },
  });
  return { ...result, pass: result.pass && shown.max < MAX_LIMIT_MS };
}

async function startServer(resources: AsyncDisposableStack): Promise<number> {
  const child = fork(here('glass-to-glass/media-host.ts'), { stdio: ['ignore', 2, 2, 'ipc'] });
  resources.defer(() => stop(child));
  const [{ httpPort }] = (await once(child, 'message')) as [{ httpPort: number }];
  return httpPort;
}
