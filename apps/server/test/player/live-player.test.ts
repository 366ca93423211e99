import { existsSync } from 'node:fs';
import path from 'node:path';
import type { StreamWithIngest } from '@vybekart/contract';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { webDir } from '../../src/paths.ts';
import { launchChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { type Publishing, publishShow } from '../support/publish.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let browser: Browser;
let stream: StreamWithIngest;
let show: Publishing;
let page: Page;
let devtools: CDPSession;
const troubles: string[] = [];

const untilStatus = (status: string) =>
  eventually(`the show is ${status}`, async () => {
    const now = await server.guest().api.call('getStream', { params: { id: stream.id } });
    return now.status === status;
  });

beforeAll(async () => {
  if (!existsSync(path.join(webDir, 'index.html'))) throw new Error('the web app is not built: run npm test');
  server = await startServer();
  browser = await launchChromium();
  const seller = await server.registerSeller();
  stream = await seller.api.call('createStream', { body: { title: 'Evening drop' } });
  show = await publishShow(stream, { loop: true });
  await untilStatus('live');
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'en-IN' });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => troubles.push(String(error)));
  devtools = await context.newCDPSession(page);
  await page.goto(server.url);
  // Gone with a reload.
  await page.evaluate('window.isSamePage = true');
  await page.getByTestId(`stream-card-${stream.id}`).click();
  await page.getByTestId('video-settings').click();
});
afterEach(() => expect(troubles).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await show?.[Symbol.asyncDispose]();
  await server?.close();
});

/** A figure of the open sheet; NaN while it is not known. */
const figure = async (name: 'firstFrame' | 'behind' | 'stalls') =>
  Number.parseFloat(await page.getByTestId(`figure-${name}`).innerText());
const place = () => page.evaluate<number>("document.querySelector('video').currentTime");

/** The picture moves, is less than five seconds old, and the page is the one that was opened. */
async function expectNearLive(): Promise<void> {
  await eventually('the picture moves near the live edge', async () => {
    const before = await place();
    await page.waitForTimeout(300);
    return (await place()) > before && (await figure('behind')) < 5;
  });
  expect(await page.evaluate('window.isSamePage')).toBe(true);
}

const lineOf = (bytesPerSecond: number, isOffline = false) =>
  devtools.send('Network.emulateNetworkConditions', {
    offline: isOffline,
    latency: 0,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });

test('a viewer sees how long the first picture took, and the operator counts it', async () => {
  await expectNearLive();
  const firstFrameS = await figure('firstFrame');
  expect(firstFrameS).toBeGreaterThan(0);
  const metrics = await eventually('the heartbeat', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return text.includes('vybekart_video_first_frame_seconds_count 1') ? text : null;
  });
  const told = Number(/vybekart_video_first_frame_seconds_sum ([\d.]+)/.exec(metrics)?.[1]);
  // The figure on the screen is rounded to hundredths.
  expect(Math.abs(told - firstFrameS)).toBeLessThan(0.0051);
});

test('a viewer whose line was too slow for the video is near the live edge again when it is fast', async () => {
  const stallsBefore = await figure('stalls');
  await devtools.send('Network.enable');
  await lineOf(6000);
  await eventually('the picture waits', async () => (await figure('stalls')) > stallsBefore, 30_000);
  await eventually('it is late', async () => (await figure('behind')) > 6, 30_000);
  await lineOf(-1);
  await expectNearLive();
});

test('a viewer whose network was gone is near the live edge again when it is back', async () => {
  await lineOf(-1, true);
  await eventually('it is late', async () => (await figure('behind')) > 6, 30_000);
  await lineOf(-1);
  await expectNearLive();
});

test('a tab that slept is near the live edge when it wakes', async () => {
  const before = await place();
  await page.evaluate("document.querySelector('video').pause()");
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  const sleptAtMs = performance.now();
  await eventually('a while', () => performance.now() - sleptAtMs > 8000, 10_000);
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await expectNearLive();
  expect(await place()).toBeGreaterThan(before + 5);
});

test('viewers of a publisher who was away see them again without doing anything', async () => {
  await show[Symbol.asyncDispose]();
  await untilStatus('interrupted');
  await eventually('the picture stands', async () => {
    const before = await place();
    await page.waitForTimeout(300);
    return (await place()) === before;
  });
  show = await publishShow(stream, { loop: true });
  await untilStatus('live');
  await expectNearLive();
});

const mediaAskedFor = (during: () => Promise<void>) => {
  const paths: string[] = [];
  const note = (request: { url(): string }) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.m4s')) paths.push(pathname);
  };
  page.on('request', note);
  return during().then(() => {
    page.off('request', note);
    return paths;
  });
};
const isChosen = (choice: string) =>
  page.getByTestId(`video-${choice}`).evaluate((chip) => chip.getAttribute('aria-checked') === 'true');

test('who chooses sound alone, by the keyboard, is sent no more pictures, in this visit and the next', async () => {
  await page.getByTestId('video-audio').focus();
  await page.keyboard.press('Enter');
  await eventually('the picture is gone', () =>
    page.evaluate("document.querySelector('video').videoWidth === 0"),
  );
  await expectNearLive();
  const asked = await mediaAskedFor(async () => {
    await page.waitForRequest((request) => new URL(request.url()).pathname.endsWith('.m4s'));
    await expectNearLive();
  });
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every((name) => name.includes('/audio/'))).toBe(true);
  expect(await page.evaluate("document.querySelector('video').muted")).toBe(false);

  await page.reload();
  await page.evaluate('window.isSamePage = true');
  await page.getByTestId('video-settings').click();
  expect(await isChosen('audio')).toBe(true);
  await page.getByTestId('video-best').click();
  await eventually('the picture is back', () =>
    page.evaluate("document.querySelector('video').videoWidth > 0"),
  );
});

test('a device that is told to save data begins so, and loads nothing while nobody looks or listens', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'hi-IN' });
  await context.addInitScript(
    "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })",
  );
  page = await context.newPage();
  page.on('pageerror', (error) => troubles.push(String(error)));
  await page.goto(`${server.url}/live/${stream.id}`);
  await page.getByTestId('video-settings').click();
  expect(await isChosen('saver')).toBe(true);
  await page.evaluate('window.isSamePage = true');
  await expectNearLive();
  const look = (isHidden: boolean) =>
    page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'))`);
  await look(true);
  // What was asked for before it looked away may still come.
  await eventually('no more is asked for', async () => {
    const asked = await mediaAskedFor(() => page.waitForTimeout(1500));
    return asked.length === 0;
  });
  await look(false);
  await expectNearLive();
});

test('the feed brings the code of the player before anybody taps', async () => {
  const feed = await browser.newPage();
  const asked: string[] = [];
  feed.on('request', (request) => asked.push(request.url()));
  await feed.goto(server.url);
  await eventually('the code of the player', () => asked.some((url) => url.includes('/hls.light')), 20_000);
  await feed.close();
});

test.each([
  ['brings the show before it is lifted', false],
  ['brings nothing but code to a device that saves data', true],
])('a finger on a card %s', async (_, saveData) => {
  await using context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  await context.addInitScript(
    `Object.defineProperty(navigator, 'connection', { value: { saveData: ${saveData} } })`,
  );
  const feed = await context.newPage();
  const asked: string[] = [];
  feed.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await feed.goto(server.url);
  await feed.getByTestId(`stream-card-${stream.id}`).hover();
  await feed.mouse.down();
  await eventually('the code of the player', () => asked.some((path) => path.includes('/hls.light')));
  // Requests are told in the order in which they are made.
  await feed.evaluate("fetch('/health/live')");
  await eventually('the last request', () => asked.includes('/health/live'));
  expect(asked.some((path) => path.endsWith('.m3u8'))).toBe(!saveData);
});
