import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Product, StreamWithIngest } from '@vybekart/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { frame, paintClock } from '../../../../bench/src/glass-to-glass/clock-frames.ts';
import { launchChromium } from '../support/chromium.ts';
import { DelayedHls } from '../support/delayed-hls.ts';
import { eventually } from '../support/eventually.ts';
import { paintedAt } from '../support/painted-time.ts';
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

/**
 * In the page: the time in the picture at each change of the card, and how long ago the browser was last able to look
 * or to show a picture; text, because it runs there.
 */
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
  let watched = null;
  let pictureAtS = 0;
  let lastPaintedMs = null;
  // A card needs a few frames from its moment to the screen.
  const looksMs = [performance.now()];
  const followPictures = (video) => {
    watched = video;
    pictureAtS = video.currentTime;
    const take = (_, { mediaTime }) => {
      pictureAtS = mediaTime;
      video.requestVideoFrameCallback(take);
    };
    video.requestVideoFrameCallback(take);
  };
  const look = () => {
    const video = document.querySelector('video');
    if (video && video !== watched) followPictures(video);
    // While the video waits for more, its last picture stays.
    lastPaintedMs = paintedTime() ?? lastPaintedMs;
    const lookMs = performance.now();
    const lateMs = video ? (video.currentTime - pictureAtS) * 1000 : 0;
    const slackMs = lookMs - looksMs[0] + Math.max(0, lateMs);
    looksMs.push(lookMs);
    if (looksMs.length > 4) looksMs.shift();
    const card = document.querySelector('[data-testid="pin-card"]');
    const now = card ? card.getAttribute('aria-label') + (/Sold out/.test(card.textContent) ? ', sold out' : '') : '';
    if (now !== shown) window.cards.push({ shown: now, paintedMs: lastPaintedMs, slackMs, placeS: video ? video.currentTime : 0 });
    shown = now;
    requestAnimationFrame(look);
  };
  look();
})()`;

interface Change {
  shown: string;
  paintedMs: number | null;
  slackMs: number;
  /** Where in the video. */
  placeS: number;
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
    120_000,
  );
  await page.evaluate(watchCards);
  return page;
}

/** How far a card's picture was from the one that was meant, beyond what the browser could not help. */
const beyondSlackMs = ({ paintedMs, slackMs }: Change, meantAtMs: number): number => {
  const distanceMs = (paintedMs ?? 0) - meantAtMs;
  return Math.sign(distanceMs) * Math.max(0, Math.abs(distanceMs) - slackMs);
};

/** Waits for a card; `index` is its place among all changes, of which so many are passed over. */
function changeTo(page: Page, shown: string, after = 0): Promise<Change & { index: number }> {
  return eventually(
    `"${shown}" on screen`,
    async () => {
      const all = await changes(page);
      const index = all.findIndex((each, at) => at >= after && each.shown === shown);
      const change = all[index];
      return change && { ...change, index };
    },
    120_000,
  );
}

test('a card and "sold out" come up with their picture, 2, 5 and 10 s behind, for latecomers and after seeking', {
  timeout: 600_000,
  // A measurement: a machine that is busy with other work gets a second try.
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
    return paintedAt(hls, Date.parse(String(event.pdt)));
  };
  const pin = async (product: Product | undefined) =>
    momentOf((await shop.do('pin_product', { streamId: stream.id, productId: String(product?.id) })).seq);

  const [scarf, lamp] = products;
  const scarfAtMs = await pin(scarf);
  const latecomer = await openViewer(hls, 10_000);
  const found: Record<string, number> = {};
  for (const [index, page] of viewers.entries()) {
    found[`scarf, ${latenciesMs[index]} ms behind`] = beyondSlackMs(
      await changeTo(page, 'Block-print scarf'),
      scarfAtMs,
    );
  }
  const sawScarf = await changes(latecomer);
  for (const change of sawScarf.slice(0, 1)) {
    expect(beyondSlackMs(change, scarfAtMs)).toBeGreaterThan(-toleranceMs);
  }

  const lampAtMs = await pin(lamp);
  const lateAgain = await openViewer(hls, 10_000);
  for (const [index, page] of viewers.entries()) {
    found[`lamp, ${latenciesMs[index]} ms behind`] = beyondSlackMs(
      await changeTo(page, 'Brass lamp'),
      lampAtMs,
    );
  }
  found['lamp, seen by a latecomer'] = beyondSlackMs(await changeTo(lateAgain, 'Brass lamp'), lampAtMs);

  const variantId = String(lamp?.variants[0]?.id);
  await seller.api.call('adjustStock', {
    params: { id: variantId },
    body: { delta: -5, reason: 'sold elsewhere' },
  });
  const soldOut = await eventually('the change of stock', () =>
    shop.durable.find((each) => each.event === 'stock_changed'),
  );
  const soldOutAtMs = await paintedAt(hls, Date.parse(String(soldOut.pdt)));
  for (const [index, page] of viewers.entries()) {
    const behind = `${latenciesMs[index]} ms behind`;
    found[`sold out, ${behind}`] = beyondSlackMs(await changeTo(page, 'Brass lamp, sold out'), soldOutAtMs);
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
  const restockedAtMs = await paintedAt(hls, Date.parse(String(restocked.pdt)));
  const back = await changeTo(nearest, 'Brass lamp', soFar);
  found['back in stock'] = beyondSlackMs(back, restockedAtMs);
  await nearest.evaluate(`document.querySelector('video').currentTime = ${back.placeS - 0.5}`);
  const before = await changeTo(nearest, 'Brass lamp, sold out', back.index + 1);
  const again = await changeTo(nearest, 'Brass lamp', before.index + 1);
  found['back in stock, seen again after seeking back'] = beyondSlackMs(again, restockedAtMs);
  for (const [what, distance] of Object.entries(found)) {
    expect(Math.abs(distance), `${what}: ${Math.round(distance)} ms`).toBeLessThanOrEqual(toleranceMs);
  }
});
