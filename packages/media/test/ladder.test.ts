import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { laddersOfThisProcess, startEncoder } from './support/ladder-programs.ts';
import { startMedia, until } from './support/media-rig.ts';
import { readInitSegment, readSamples } from './support/mp4-reader.ts';
import { Viewer } from './support/viewer.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
if (!hasFfmpeg) console.warn('ffmpeg is not installed: smaller pictures are NOT tested here');
const VIDEO = 1;
const AUDIO = 2;

test('ffmpeg is there where the whole suite has to run', () => {
  expect(hasFfmpeg || process.env.CI !== 'true').toBe(true);
});

/** A rung begins with a key frame and is offered when it is three target durations long. */
async function offered(entry: string, folder: string): Promise<void> {
  const deadline = performance.now() + 90_000;
  while (!(await (await fetch(entry)).text()).includes(`/${folder}/`)) {
    if (performance.now() > deadline) throw new Error(`${folder} is not offered`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function aShowWithLadder(mostAtOnce = 1) {
  const rig = await startMedia({ ladder: { ffmpeg: 'ffmpeg', mostAtOnce } });
  const encoder = startEncoder(`rtmp://127.0.0.1:${rig.rtmpPort}/live/k`);
  await rig.happened('live');
  const entry = `${rig.origin}/hls/play-k/index.m3u8`;
  const text = async () => (await fetch(entry)).text();
  const offers = (folder: string) => offered(entry, folder);
  return { rig, encoder, entry, text, offers };
}

describe.runIf(hasFfmpeg)('smaller pictures', () => {
  test('are the same show, segment by segment, frame by frame, with the same sound', async () => {
    const { rig, encoder, entry, offers } = await aShowWithLadder();
    await offers('360p');
    const viewers = await Promise.all(
      ['360p/media.m3u8', '480p/media.m3u8', '/media.m3u8'].map((playlist) =>
        new Viewer(entry, playlist).open(),
      ),
    );
    const [small, middle, source] = viewers as [Viewer, Viewer, Viewer];
    expect(source.variants.map(({ RESOLUTION }) => RESOLUTION)).toEqual([
      '1280x720',
      '854x480',
      '640x360',
      undefined,
    ]);
    expect(small.last.reports.map(({ uri }) => uri)).toEqual([
      '../media.m3u8',
      '../480p/media.m3u8',
      '../audio/media.m3u8',
    ]);
    const from = small.last.mediaSequence;
    await until(
      'some seconds more',
      async () => ((await small.reload('')).segments.at(-1)?.msn ?? 0) > from + 3,
    );
    encoder.kill('SIGINT');
    await rig.happened('interrupted');
    rig.media.end('play-k');
    await Promise.all(viewers.map((viewer) => viewer.watchToTheEnd()));

    const facts = (viewer: Viewer) =>
      viewer.last.segments
        .filter(({ msn }) => msn >= Math.max(...viewers.map(({ last }) => last.mediaSequence)))
        .map(({ msn, duration, dateTime }) => ({ msn, duration, dateTime }));
    expect(facts(small)).toEqual(facts(source));
    expect(facts(middle)).toEqual(facts(source));
    expect(
      readInitSegment(await small.fetchFile('init0.mp4')).map(({ width, height }) => [width, height]),
    ).toEqual([
      [640, 360],
      [0, 0],
    ]);
    for (const { msn } of facts(source)) {
      const [ours, theirs] = await Promise.all(
        [small, source].map(async (viewer) => readSamples(await viewer.fetchFile(`s${msn}.m4s`))),
      );
      const shown = (samples = ours) =>
        (samples?.get(VIDEO) ?? []).map((sample) => sample.presentationTime).sort((a, b) => a - b);
      expect(shown(ours)).toEqual(shown(theirs));
      expect(ours?.get(VIDEO)?.[0]?.isSync).toBe(true);
      expect(ours?.get(AUDIO)).toEqual(theirs?.get(AUDIO));
    }
    await until('the encoder is gone', () => laddersOfThisProcess().length === 0);
  });

  test("go and come back when their program is killed, and the publisher's own picture does not notice", async () => {
    const { rig, entry, text, offers } = await aShowWithLadder();
    await offers('480p');
    const source = await new Viewer(entry).open();
    const [pid] = laddersOfThisProcess();
    process.kill(pid ?? 0, 'SIGKILL');
    await until('the small ones are gone', async () => !(await text()).includes('/480p/'));
    expect(rig.lines.some((line) => line.includes('ended by SIGKILL'))).toBe(true);
    await offers('480p');
    await source.reload('');
    expect(rig.media.status('play-k')?.state).toBe('live');
    expect(rig.events.map(({ type }) => type)).toEqual(['publishing', 'live']);
    const msns = source.playlists.flatMap(({ segments }) => segments.map(({ msn }) => msn));
    expect(new Set(msns).size).toBe(Math.max(...msns) - Math.min(...msns) + 1);
    await new Viewer(entry, '480p/media.m3u8').open();
  });

  test('are made for so many shows at once as was said, and of none that is small already', async () => {
    const { rig, offers } = await aShowWithLadder(1);
    await offers('480p');
    startEncoder(`rtmp://127.0.0.1:${rig.rtmpPort}/live/second`);
    await rig.publishShow('small');
    await until('both are live', () => rig.events.filter(({ type }) => type === 'live').length === 3);
    expect(laddersOfThisProcess()).toHaveLength(1);
    rig.media.end('play-k');
    await offered(`${rig.origin}/hls/play-second/index.m3u8`, '480p');
    expect(await (await fetch(`${rig.origin}/hls/play-small/index.m3u8`)).text()).not.toMatch(/\/\d+p\//);
  });

  test('that cannot be made are given up, and the show goes on', async () => {
    const rig = await startMedia({ ladder: { ffmpeg: '/nowhere/ffmpeg', mostAtOnce: 1 } });
    startEncoder(`rtmp://127.0.0.1:${rig.rtmpPort}/live/k`);
    await rig.happened('live');
    await until('it is told', () => rig.lines.some((line) => line.includes('ENOENT')));
    expect((await fetch(`${rig.origin}/hls/play-k/index.m3u8`)).status).toBe(200);
  });
});
