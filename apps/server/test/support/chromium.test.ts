import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from './chromium.ts';

const origins =
  process.platform === 'linux' && process.arch === 'x64'
    ? (['anywhere', 'npm'] as const)
    : (['anywhere'] as const);

describe.each(origins)('the browser that tests get (%s)', (from) => {
  const page = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<p>Hello</p>'),
  );
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  });
  afterAll(() => page.close());

  test('shows a page, plays H.264 with AAC and films with a camera that nobody has to allow', async () => {
    await using browser = await launchChromium({ from });
    const tab = await browser.newPage();
    await tab.goto(url);
    expect(await tab.textContent('p')).toBe('Hello');
    // As text: the page's types (DOM) are not those of this workspace.
    const abilities = await tab.evaluate(`(async () => {
      const camera = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
      const h264 = { codec: 'avc1.42E01F', width: 640, height: 360 };
      return {
        tracks: camera.getTracks().map((track) => track.kind).sort(),
        plays: MediaSource.isTypeSupported('video/mp4; codecs="avc1.42E01E,mp4a.40.2"'),
        encodes: (await VideoEncoder.isConfigSupported(h264)).supported,
      };
    })()`);
    expect(abilities).toEqual({ tracks: ['audio', 'video'], plays: true, encodes: true });
  });
});
