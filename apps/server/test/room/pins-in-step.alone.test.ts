import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Product, StreamWithIngest } from '@vybekart/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { frame, paintClock } from '../../../../bench/src/glass-to-glass/clock-frames.ts';
import { launchChromium } from '../support/chromium.ts';
import { DelayedHls } from '../support/delayed-hls.ts';
import { eventually } from '../support/eventually.ts';
import { type Person, startServer, type TestServer } from '../support/start-server.ts';
import { Tab } from './tab.ts';

const latenciesMs = [2000, 5000, 10_000];
const toleranceMs = 250;

let server: TestServer;
let browser: Browser;
let seller: Person;
let products: Product[];
let stream: StreamWithIngest;
let resources: AsyncDisposableStack;

beforeAll(async () => {
  server = await startServer();
  browser = await launchChromium();
});
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  seller = await server.registerSeller();
  const price = { amountMinor: 129_900, currency: 'inr' as const };
  products = await Promise.all(
    ['Block-print scarf', 'Brass lamp'].map((title) =>
      seller.api.call('createProduct', { body: { title, price, stock: 5 } }),
    ),
  );
  stream = await seller.api.call('createStream', {
    body: { title: 'A clock', productIds: products.map(({ id }) => id) },
  });
});
afterEach(() => resources.disposeAsync());
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Publishes pictures with the time of their making in them. */
async function filmTheClock(): Promise<void> {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${frame.width}x${frame.height}`];
  const encoder = spawn(
    'ffmpeg',
    [
      // Without a frame rate of the input, so that a picture that comes late is late in the video, too.
      ...['-loglevel', 'error', '-use_wallclock_as_timestamps', '1', ...input, '-i', 'pipe:0'],
      ...[
        '-vf',
        'setpts=PTS-STARTPTS',
        '-fps_mode',
        'passthrough',
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
      ],
      ...['-tune', 'zerolatency', '-g', '30', '-pix_fmt', 'yuv420p', '-flags', '+global_header'],
      ...['-f', 'flv', `${stream.rtmpIngestUrl}/${stream.streamKey}`],
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  encoder.stdin.on('error', () => {});
  const stopping = new AbortController();
  const painting = paintClock(encoder.stdin, stopping.signal);
  resources.defer(async () => {
    stopping.abort();
    await painting;
    const gone = encoder.exitCode === null ? once(encoder, 'exit') : null;
    encoder.kill('SIGKILL');
    await gone;
  });
  await eventually(
    'the show is live',
    async () => (await server.guest().api.call('getStream', { params: { id: stream.id } })).status === 'live',
    30_000,
  );
}

/** In the page: the time in the picture at each change of the card; text, because it runs there. */
const watchCards = `(() => {
  const { bits, blockPx } = { bits: ${frame.bits}, blockPx: ${frame.blockPx} };
  const canvas = new OffscreenCanvas(bits * blockPx, 8);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const paintedTime = () => {
    const video = document.querySelector('video');
    if (!video || video.readyState < 2) return null;
    const scale = video.videoWidth / ${frame.width};
    context.drawImage(video, 0, 9 * scale, bits * blockPx * scale, 8 * scale, 0, 0, canvas.width, 8);
    const { data } = context.getImageData(0, 4, canvas.width, 1);
    let time = 0;
    for (let bit = 0; bit < bits; bit += 1) time = time * 2 + (data[(bit * blockPx + 6) * 4] > 125 ? 1 : 0);
    return time;
  };
  window.cards = [];
  let shown = '';
  const look = () => {
    const card = document.querySelector('[data-testid="pin-card"]');
    const now = card ? card.getAttribute('aria-label') + (/Sold out/.test(card.textContent) ? ', sold out' : '') : '';
    if (now !== shown) window.cards.push({ shown: now, paintedMs: paintedTime() });
    shown = now;
    requestAnimationFrame(look);
  };
  look();
})()`;

interface Change {
  shown: string;
  paintedMs: number | null;
}
const changes = (page: Page) => page.evaluate<Change[]>('window.cards');

async function openViewer(hls: DelayedHls, behindMs: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-IN' });
  resources.defer(() => context.close());
  const page = await context.newPage();
  await page.route('**/hls/**', hls.answer(behindMs));
  await page.goto(`${server.url}/live/${stream.id}`);
  await eventually(
    'a picture',
    () => page.evaluate(`document.querySelector('video')?.readyState >= 2`),
    40_000,
  );
  await page.evaluate(watchCards);
  return page;
}

/** Waits for a card and answers how far its picture was from the moment when it was meant. */
async function distanceMs(page: Page, shown: string, meantAtMs: number, after = 0): Promise<number> {
  const change = await eventually(
    `"${shown}" on screen`,
    async () => (await changes(page)).slice(after).find((each) => each.shown === shown) ?? null,
    30_000,
  );
  return (change.paintedMs ?? 0) - meantAtMs;
}

test('a card and "sold out" come up with their picture, 2, 5 and 10 s behind, for latecomers and after seeking', {
  timeout: 180_000,
  // A measurement: a machine that is busy with other tests gets a second try.
  retry: 1,
}, async ({ skip }) => {
  if (spawnSync('ffmpeg', ['-version']).status !== 0) {
    if (process.env.CI) throw new Error('ffmpeg is missing');
    skip('ffmpeg is not installed: cards in step with the video were not measured');
  }
  await filmTheClock();
  await using hls = await DelayedHls.start(stream.hlsPlaybackUrl);
  const viewers = await Promise.all(latenciesMs.map((behindMs) => openViewer(hls, behindMs)));
  const shop = await Tab.of(server.url, seller);
  resources.defer(async () => shop.close());
  await shop.do('join_room', { streamId: stream.id });
  const momentOf = async (seq: number) => {
    const event = await eventually('the event', () => shop.durable.find((each) => each.seq === seq));
    return Date.parse(String(event.pdt));
  };
  const pin = async (product: Product | undefined) =>
    momentOf((await shop.do('pin_product', { streamId: stream.id, productId: String(product?.id) })).seq);

  const [scarf, lamp] = products;
  const scarfAtMs = await pin(scarf);
  const latecomer = await openViewer(hls, 10_000);
  const found: Record<string, number> = {};
  for (const [index, page] of viewers.entries()) {
    found[`scarf, ${latenciesMs[index]} ms behind`] = await distanceMs(page, 'Block-print scarf', scarfAtMs);
  }
  const sawScarf = await changes(latecomer);
  expect(sawScarf.length === 0 || Number(sawScarf[0]?.paintedMs) > scarfAtMs - toleranceMs).toBe(true);

  const lampAtMs = await pin(lamp);
  const lateAgain = await openViewer(hls, 10_000);
  for (const [index, page] of viewers.entries()) {
    found[`lamp, ${latenciesMs[index]} ms behind`] = await distanceMs(page, 'Brass lamp', lampAtMs);
  }
  found['lamp, seen by a latecomer'] = await distanceMs(lateAgain, 'Brass lamp', lampAtMs);

  const variantId = String(lamp?.variants[0]?.id);
  await seller.api.call('adjustStock', {
    params: { id: variantId },
    body: { delta: -5, reason: 'sold elsewhere' },
  });
  const soldOut = await eventually('the change of stock', () =>
    shop.durable.find((each) => each.event === 'stock_changed'),
  );
  const soldOutAtMs = Date.parse(String(soldOut.pdt));
  for (const [index, page] of viewers.entries()) {
    const behind = `${latenciesMs[index]} ms behind`;
    found[`sold out, ${behind}`] = await distanceMs(page, 'Brass lamp, sold out', soldOutAtMs);
  }

  const [nearest] = viewers;
  if (!nearest) throw new Error('nobody watches');
  const soFar = (await changes(nearest)).length;
  await seller.api.call('adjustStock', {
    params: { id: variantId },
    body: { delta: 5, reason: 'found more' },
  });
  const restocked = await eventually('the change of stock', () => {
    const told = shop.durable.filter((each) => each.event === 'stock_changed');
    return told[1];
  });
  const restockedAtMs = Date.parse(String(restocked.pdt));
  found['back in stock'] = await distanceMs(nearest, 'Brass lamp', restockedAtMs, soFar);
  await nearest.evaluate(`document.querySelector('video').currentTime -= 2`);
  await eventually('the card of before', async () => (await changes(nearest)).length > soFar + 1);
  expect((await changes(nearest))[soFar + 1]?.shown).toBe('Brass lamp, sold out');
  found['back in stock, seen again after seeking back'] = await distanceMs(
    nearest,
    'Brass lamp',
    restockedAtMs,
    soFar + 2,
  );
  for (const [what, distance] of Object.entries(found)) {
    expect(Math.abs(distance), `${what}: ${Math.round(distance)} ms`).toBeLessThanOrEqual(toleranceMs);
  }
});
