import { existsSync } from 'node:fs';
import path from 'node:path';
import type { StreamWithIngest } from '@vybekart/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { webDir } from '../src/paths.ts';
import { launchChromium } from './support/chromium.ts';
import { type CuttableProxy, startProxy } from './support/cuttable-proxy.ts';
import { eventually } from './support/eventually.ts';
import { type Person, startServer, type TestServer } from './support/start-server.ts';
import { countSamples, mediaPlaylistUrl, readMediaPlaylist } from './support/watch.ts';

/** A port where nobody listens. */
const nowhere = 1;
let network: CuttableProxy;
let server: TestServer;
let origin: string;
let browser: Browser;
let seller: Person;
let stream: StreamWithIngest;
const troubles: string[] = [];

beforeAll(async () => {
  if (!existsSync(path.join(webDir, 'index.html'))) throw new Error('the web app is not built: run npm test');
  browser = await launchChromium({ args: ['--use-fake-device-for-media-stream=device-count=2'] });
  network = await startProxy();
  origin = `http://127.0.0.1:${network.port}`;
  // No picture can be taken on this machine but by the browser itself.
  vi.stubEnv('PATH', '/nowhere');
  server = await startServer({ PUBLIC_URL: origin, THUMBNAILS: 'on' });
  network.leadTo(server.running.port);
  seller = await server.registerSeller();
});
beforeEach(async () => {
  stream = await seller.api.call('createStream', { body: { title: 'From this very browser' } });
});
afterEach(async () => {
  await seller.api.call('endStream', { params: { id: stream.id } });
  expect(troubles.splice(0)).toEqual([]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await browser?.close();
  await server?.close();
  await network?.[Symbol.asyncDispose]();
});

async function openPhone(path: string, before?: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'en-IN' });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => troubles.push(String(error)));
  if (before) await page.addInitScript(before);
  await page.goto(`${origin}${path}`);
  return page;
}

/** The seller's phone on the desk of the show; `before` runs in the page before anything else does. */
async function openDesk(before?: string): Promise<Page> {
  const page = await openPhone('/account/sign-in', before);
  await page.getByTestId('email').fill(seller.user.email);
  await page.getByTestId('password').fill('a long enough secret 1');
  await page.getByTestId('submit').click();
  await page.waitForURL((url) => url.pathname !== '/account/sign-in');
  await page.goto(`${origin}/studio/live/${stream.id}`);
  return page;
}

async function goLive(page: Page): Promise<void> {
  await page.getByTestId('camera-on').click();
  await page.getByTestId('camera-start').click();
  await eventually('live', async () => (await status()) === 'live');
}

const status = async () => (await server.guest().api.call('getStream', { params: { id: stream.id } })).status;

interface Watched {
  currentTime: number;
  width: number;
  soundBytes: number;
  picture: string;
}

/** What a viewer's video element shows at this moment. */
const watched = (page: Page) =>
  page.evaluate<Watched | null>(`(() => {
    const video = document.querySelector('video');
    if (!video || video.readyState < 2) return null;
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = 48;
    canvas.getContext('2d').drawImage(video, 0, 0, 64, 48);
    return {
      currentTime: video.currentTime,
      width: video.videoWidth,
      soundBytes: video.webkitAudioDecodedByteCount,
      picture: canvas.toDataURL(),
    };
  })()`);

/** Of Opus, and smaller than every other frame: the server puts it where a busy browser sent no sound in time. */
const silenceBytes = 3;

/**
 * Counts the frames that a page sends: track and flags stand in the second and third byte of nine, flag 2 is no frame.
 * Silence is not counted.
 */
const countFrames = `{
  const send = WebSocket.prototype.send;
  window.sent = { 1: 0, 2: 0, 3: 0 };
  WebSocket.prototype.send = function (data) {
    if (data instanceof Uint8Array && !(data[2] & 2) && data.length > ${9 + silenceBytes}) window.sent[data[1]] += 1;
    send.call(this, data);
  };
}`;

/** Resolves when the picture of a viewer has moved on for so many seconds from now. */
async function plays(page: Page, seconds: number): Promise<Watched> {
  const first = await eventually('a picture', () => watched(page), 30_000);
  return eventually(
    'the picture to move on',
    async () => {
      const now = await watched(page);
      return now && now.currentTime >= first.currentTime + seconds && now.picture !== first.picture
        ? now
        : null;
    },
    30_000,
  );
}

/** An uplink of 400 kb/s before the server: what is sent waits in the page, as it would in a phone. */
const slowUplink = `{
  const bytesPerMs = 50;
  window.mostWaitingMs = 0;
  window.WebSocket = class extends WebSocket {
    #queue = [];
    #waiting = 0;
    #budget = 0;
    #atMs = performance.now();
    constructor(...address) {
      super(...address);
      if (String(address[0]).endsWith('/ingest')) setInterval(() => this.#drain(), 20);
    }
    get bufferedAmount() {
      return this.#waiting + super.bufferedAmount;
    }
    send(data) {
      if (!(data instanceof Uint8Array) || !this.url.endsWith('/ingest')) return super.send(data);
      this.#queue.push(data);
      this.#waiting += data.length;
      window.mostWaitingMs = Math.max(window.mostWaitingMs, this.#waiting / bytesPerMs);
    }
    #drain() {
      const nowMs = performance.now();
      this.#budget = Math.min(5_000, this.#budget + (nowMs - this.#atMs) * bytesPerMs);
      this.#atMs = nowMs;
      while (this.#queue.length > 0 && this.#budget > 0) {
        const data = this.#queue.shift();
        this.#budget -= data.length;
        this.#waiting -= data.length;
        super.send(data);
      }
    }
  };
}`;

describe('a seller with a camera in the browser', () => {
  test('goes live from the studio; viewers see a moving picture with sound, also after the network was cut', async () => {
    const desk = await openDesk();
    await goLive(desk);
    await eventually('on air', async () =>
      (await desk.getByTestId('show-status').textContent())?.includes('You are live'),
    );
    const viewer = await openPhone(`/live/${stream.id}`);
    const seen = await plays(viewer, 2);
    expect(seen.width).toBeGreaterThanOrEqual(480);
    expect(seen.soundBytes).toBeGreaterThan(0);
    expect(await (await fetch(stream.hlsPlaybackUrl)).text()).toMatch(/CODECS="avc1\.[0-9a-f]{6},opus"/);

    network.leadTo(nowhere);
    expect(network.cut('GET /ingest')).toBe(1);
    await desk.getByText('Reconnecting', { exact: false }).waitFor();
    network.leadTo(server.running.port);
    await desk.getByText('on its way', { exact: false }).waitFor();
    await eventually('live again', async () => (await status()) === 'live');
    await plays(viewer, 4);
    const playlist = await readMediaPlaylist(await mediaPlaylistUrl(stream.hlsPlaybackUrl));
    expect(
      playlist.discontinuitySequence + playlist.segments.filter((each) => each.isDiscontinuous).length,
    ).toBe(1);

    const thumbnailUrl = await eventually('a thumbnail', async () => {
      const { thumbnailUrl } = await server.guest().api.call('getStream', { params: { id: stream.id } });
      return thumbnailUrl;
    });
    const picture = await fetch(thumbnailUrl);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
    await desk.context().close();
    await viewer.context().close();
  });

  test('is asked before leaving the desk on air, by the app or by the browser, and stays on air who stays', async () => {
    const desk = await openDesk();
    await desk.goto(`${origin}/studio`);
    await desk.getByTestId('continue-show').click();
    await goLive(desk);
    const stay = desk.getByRole('button', { name: 'Cancel' });
    const onDesk = (url: URL) => url.pathname === `/studio/live/${stream.id}`;
    for (const goAway of [
      () => desk.evaluate('history.back()'),
      () => desk.getByRole('link', { name: 'Account' }).click(),
    ]) {
      await goAway();
      await stay.click();
      await stay.waitFor({ state: 'hidden' });
      await desk.waitForURL(onDesk);
    }
    expect(await status()).toBe('live');
    await desk.evaluate('history.back()');
    await desk.getByTestId('leave-desk-yes').click();
    await desk.waitForURL((url) => url.pathname === '/studio');
    await eventually('the camera is off', async () => (await status()) === 'interrupted');
    await desk.getByRole('link', { name: 'Account' }).click();
    await desk.waitForURL((url) => url.pathname === '/account');
    await desk.context().close();
  });

  test('loses no frame between the encoder and the viewer', async () => {
    const desk = await openDesk(countFrames);
    await goLive(desk);
    const entry = await mediaPlaylistUrl(stream.hlsPlaybackUrl);
    await eventually('three segments', async () => (await readMediaPlaylist(entry)).segments.length > 3);
    await desk.getByTestId('camera-stop').click();
    await eventually('interrupted', async () => (await status()) === 'interrupted');
    const sent = await desk.evaluate<Record<1 | 2, number>>('window.sent');
    await seller.api.call('endStream', { params: { id: stream.id } });
    await eventually('the end', async () => (await readMediaPlaylist(entry)).isEnded);
    const counts = await countSamples(entry, silenceBytes + 1);
    expect(counts.get(1)).toBe(sent[1]);
    expect(sent[1]).toBeGreaterThan(50);
    // Sound from before the first picture has no place in the show; an encoder of pictures starts within 3 s.
    expect(counts.get(2)).toBeLessThanOrEqual(sent[2]);
    expect(sent[2] - (counts.get(2) ?? 0)).toBeLessThan(150);
    await desk.context().close();
  });

  test('without H.264 sends VP9, and changes cameras on air', async () => {
    const desk = await openDesk(
      `const { isConfigSupported } = VideoEncoder;
       VideoEncoder.isConfigSupported = async (config) =>
         config.codec.startsWith('avc') ? { supported: false, config } : isConfigSupported(config);`,
    );
    await goLive(desk);
    const viewer = await openPhone(`/live/${stream.id}`);
    await plays(viewer, 1);
    expect(await (await fetch(stream.hlsPlaybackUrl)).text()).toContain('CODECS="vp09.00.31.08,opus"');
    await desk.getByTestId('camera-flip').click();
    await desk.getByTestId('camera-mute').click();
    await plays(viewer, 5);
    expect(await status()).toBe('live');
    await desk.getByTestId('camera-uplink').waitFor();
    await desk.context().close();
    await viewer.context().close();
  });

  test('fits the bitrate to a slow uplink, and viewers go on', async () => {
    const desk = await openDesk(slowUplink);
    await goLive(desk);
    await desk.getByTestId('camera-uplink').filter({ hasText: 'Weak connection' }).waitFor();
    const viewer = await openPhone(`/live/${stream.id}`);
    await plays(viewer, 4);
    expect(await desk.evaluate<number>('window.mostWaitingMs')).toBeLessThan(4_000);
    expect(await status()).toBe('live');
    await desk.context().close();
    await viewer.context().close();
  });

  test('is told in words what is in the way, and finds the other two ways beside', async () => {
    const refusing = (name: string) =>
      `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '${name}'));`;
    const desk = await openDesk();
    for (const [script, words] of [
      [refusing('NotAllowedError'), 'not allowed'],
      [refusing('NotFoundError'), 'no camera'],
      [refusing('NotReadableError'), 'Another program'],
      ['delete window.VideoEncoder;', 'cannot send video'],
    ] as const) {
      await desk.addInitScript(script);
      await desk.reload();
      await desk.getByTestId('camera-on').click();
      await desk.getByTestId('camera-problem').filter({ hasText: words }).waitFor();
    }
    await desk.getByRole('img', { name: 'QR code' }).waitFor();
    await desk.getByTestId('way-obs').click();
    await desk.getByTestId('rotate-key').waitFor();
    await desk.getByTestId('way-phone').click();
    await desk.getByText('Larix', { exact: false }).waitFor();
    await desk.context().close();
  });
});
