import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  laddersOfThisProcess,
  startEncoder,
} from '../../../../packages/media/test/support/ladder-programs.ts';
import { launchChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { startServer } from '../support/start-server.ts';

test("who saves data gets the smallest picture, and the publisher's own when the program that makes it is killed", async ({
  skip,
}) => {
  if (spawnSync('ffmpeg', ['-version']).status !== 0) {
    if (process.env.CI) throw new Error('ffmpeg is missing');
    skip('ffmpeg is not installed: smaller pictures were not watched');
  }
  await using server = await startServer({ LADDER_SHOWS: '1' });
  const seller = await server.registerSeller();
  const { id, rtmpIngestUrl, streamKey, hlsPlaybackUrl } = await seller.api.call('createStream', {
    body: { title: 'Evening drop' },
  });
  startEncoder(`${rtmpIngestUrl}/${streamKey}`);
  await eventually(
    'the smallest picture is offered',
    async () => (await (await fetch(hlsPlaybackUrl)).text()).includes('/360p/'),
    90_000,
  );
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(String(error)));
    await page.addInitScript("localStorage.setItem('vybekart.video', 'saver')");
    await page.goto(`${server.url}/live/${id}`);
    const height = () => page.evaluate<number>("document.querySelector('video')?.videoHeight ?? 0");
    const place = () => page.evaluate<number>("document.querySelector('video').currentTime");
    const moves = async () => {
      const before = await place();
      await page.waitForTimeout(300);
      return (await place()) > before;
    };
    await eventually('the smallest picture', async () => (await height()) === 360 && (await moves()), 30_000);
    for (const pid of laddersOfThisProcess()) process.kill(pid, 'SIGKILL');
    await eventually(
      'the picture as it comes',
      async () => (await height()) === 720 && (await moves()),
      30_000,
    );
    await page.getByTestId('video-settings').click();
    await eventually(
      'it is near the live edge',
      async () => Number.parseFloat(await page.getByTestId('figure-behind').innerText()) < 5,
    );
    expect(troubles).toEqual([]);
  } finally {
    await browser.close();
  }
});
