import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../apps/server/test/support/chromium.ts';
import { stop } from './harness/stop.ts';
import { type BenchResult, benchResult, median } from './result.ts';

const firstTaps = 5;
const laterTaps = 7;
const limitMs = 500;
const longestStartMs = 90_000;
const restMs = 1_500;
const program = fileURLToPath(new URL('../../apps/server/dist/main.js', import.meta.url));

/**
 * From the tap on a show in the feed to the first frame on the screen: the app as it is built, in Chromium at the size
 * of a phone, and the demo's live video from the server on the same machine. The first tap of a visitor finds nothing
 * cached, and counts as much as the later ones.
 */
export default async function run(): Promise<BenchResult> {
  await using resources = new AsyncDisposableStack();
  const url = await startServer(resources);
  const browser = await launchChromium();
  resources.defer(() => browser.close());
  const visit = async () => {
    const context = await browser.newContext({
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    const page = await context.newPage();
    await page.addInitScript(watchForFrames);
    return page;
  };
  const first: number[] = [];
  for (let visitor = 0; visitor < firstTaps; visitor += 1) {
    const page = await visit();
    first.push(await tapToFrame(page, url));
    await page.context().close();
  }
  const page = await visit();
  await tapToFrame(page, url);
  const later: number[] = [];
  for (let tap = 0; tap < laterTaps; tap += 1) later.push(await tapToFrame(page, url));
  console.error(JSON.stringify({ first, later }));
  return benchResult({
    name: 'first-frame',
    metric: 'from the tap on a show to its first frame, p50 of first taps or of later ones, the worse',
    value: Math.round(Math.max(median(first), median(later))),
    unit: 'ms',
    peer: { name: `limit of ${limitMs} ms`, value: limitMs },
    target: 1,
    direction: 'lower',
    details: { first, later, worstMs: Math.max(...first, ...later), loadAverage: os.loadavg()[0] },
  });
}

declare global {
  interface Window {
    /** Milliseconds from the last tap to the first frame after it; null while there is none. */
    tapToFrameMs: number | null;
  }
}

/** Runs in the page, before its own scripts. */
function watchForFrames(): void {
  window.tapToFrameMs = null;
  document.addEventListener(
    'click',
    () => {
      const tappedMs = performance.now();
      window.tapToFrameMs = null;
      const look = () => {
        const video = document.querySelector('video');
        if (!video) requestAnimationFrame(look);
        else
          video.requestVideoFrameCallback(() => {
            window.tapToFrameMs ??= performance.now() - tappedMs;
          });
      };
      look();
    },
    { capture: true },
  );
}

async function tapToFrame(page: Page, url: string): Promise<number> {
  await page.goto(url);
  const card = page.locator('[data-testid^="stream-card-"]').first();
  await card.waitFor();
  await delay(restMs);
  await card.tap();
  const handle = await page.waitForFunction(() => window.tapToFrameMs, undefined, { timeout: 60_000 });
  return Math.round((await handle.jsonValue()) ?? Number.NaN);
}

/** The whole server with its demo, on a database of its own; resolves with its address once a show is on air. */
async function startServer(resources: AsyncDisposableStack): Promise<string> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-first-frame-'));
  resources.defer(() => rm(dataDir, { recursive: true, force: true }));
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      RTMP_PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
      DEMO: 'on',
    },
  });
  resources.defer(() => stop(child));
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  const deadline = performance.now() + longestStartMs;
  for (;;) {
    const url = /^app +(http\S+)$/m.exec(output)?.[1];
    const active =
      url && (await fetch(`${url}/streams/active`).then((answer) => answer.json() as Promise<Active>));
    if (url && active && active.items.length > 0) return url;
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`no show on air:\n${output}`);
    await delay(200);
  }
}

interface Active {
  items: unknown[];
}
