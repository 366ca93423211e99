import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { IvsEmulator } from '@vybekart/emulators';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webDir } from '../../src/paths.ts';
import { launchChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { showClip } from '../support/fixture.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let emulator: IvsEmulator;
let server: TestServer;
let browser: Browser;
let directory: string;
let ffmpeg: ChildProcess | undefined;

beforeAll(async () => {
  if (!existsSync(path.join(webDir, 'index.html'))) throw new Error('the web app is not built: run npm test');
  emulator = await IvsEmulator.start();
  server = await startServer({
    MEDIA_PROVIDER: 'ivs',
    AWS_REGION: 'us-west-2',
    AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
    IVS_ENDPOINT: emulator.url,
  });
  browser = await launchChromium();
  directory = await mkdtemp(path.join(os.tmpdir(), 'vybekart-ivs-'));
});
afterAll(async () => {
  await browser?.close();
  if (ffmpeg && ffmpeg.exitCode === null) {
    ffmpeg.kill('SIGKILL');
    await once(ffmpeg, 'exit');
  }
  await server?.close();
  await emulator?.close();
  await rm(directory, { recursive: true, force: true });
});

/** Segments of the clip in real time, as a channel has them. */
function film(): ChildProcess {
  const input = ['-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', showClip, '-c', 'copy'];
  const live = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '6', '-hls_flags', 'delete_segments'];
  return spawn('ffmpeg', [...input, ...live, path.join(directory, 'index.m3u8')], { stdio: 'inherit' });
}

test('a show on IVS plays in Amazon’s player, loaded from here with the show, and its cards keep step', {
  timeout: 120_000,
}, async ({ skip }) => {
  if (spawnSync('ffmpeg', ['-version']).status !== 0) {
    if (process.env.CI) throw new Error('ffmpeg is missing');
    skip('ffmpeg is not installed: IVS was not watched');
  }
  const seller = await server.registerSeller();
  const stream = await seller.api.call('createStream', { body: { title: 'Evening drop' } });
  const price = { amountMinor: 129_900, currency: 'inr' as const };
  const [scarf, lamp] = await Promise.all(
    ['Block-print scarf', 'Brass lamp'].map((title) =>
      seller.api.call('createProduct', { body: { title, price, stock: 5 } }),
    ),
  );
  const pin = (productId = '') =>
    seller.api.call('pinProduct', { params: { id: stream.id }, body: { productId } });
  ffmpeg = film();
  await eventually('a playlist', () => existsSync(path.join(directory, 'index.m3u8')), 30_000);
  emulator.showVideo(directory);
  emulator.cloud.connect(stream.streamKey);
  await eventually(
    'it is live',
    async () => (await server.guest().api.call('getStream', { params: { id: stream.id } })).status === 'live',
    30_000,
  );

  const page = await (
    await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'en-IN' })
  ).newPage();
  const asked: string[] = [];
  const troubles: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|wasm/i.test(message.text())) troubles.push(message.text());
  });
  await page.goto(`${server.url}/account`);
  await page.waitForLoadState('networkidle');
  expect(asked.filter((url) => /ivs/.test(url))).toEqual([]);
  await page.goto(`${server.url}/live/${stream.id}`);
  const place = () => page.evaluate<number>("document.querySelector('video')?.currentTime ?? 0");
  await eventually(
    'the picture moves',
    async () => {
      const before = await place();
      await page.waitForTimeout(300);
      return (await place()) > before;
    },
    60_000,
  ).catch((error: unknown) => {
    throw new Error(`${error}\n${[...troubles, ...asked.slice(-12)].join('\n')}`);
  });
  const ofPlayer = asked.filter((url) => /ivs/.test(url));
  expect(ofPlayer.some((url) => /wasmworker.*\.js$/.test(url))).toBe(true);
  expect(ofPlayer.filter((url) => !url.startsWith(server.url))).toEqual([]);

  // The picture is seconds old. Its first card dates it; the second one comes when its moment is on screen.
  const card = () => page.getByTestId('pin-card').first().getAttribute('aria-label');
  await pin(scarf?.id);
  await page.getByTestId('pin-card').waitFor();
  const datedAt = await place();
  await eventually('the dated picture is past', async () => (await place()) > datedAt + 8, 60_000);
  await pin(lamp?.id);
  const pinnedAtMs = performance.now();
  await eventually('the second card', async () => /Brass lamp/.test((await card()) ?? ''), 60_000);
  expect(performance.now() - pinnedAtMs).toBeGreaterThan(1500);
  expect(troubles).toEqual([]);
});
