import { expect, test } from 'vitest';
import { encodeFragment } from '../src/cmaf/fragment.ts';
import { audioFragmentOf } from '../src/cmaf/read-run.ts';
import { readShow, startMedia, until } from './support/media-rig.ts';
import { readInitSegment, readSamples } from './support/mp4-reader.ts';
import { Viewer } from './support/viewer.ts';

const AUDIO = 2;

async function aLiveShow() {
  const rig = await startMedia();
  const publisher = await rig.publishShow();
  await rig.happened('live');
  return { rig, publisher, entry: `${rig.origin}/hls/play-k/index.m3u8` };
}

test('who only listens gets every frame of the sound and none of the picture', async () => {
  const { rig, publisher, entry } = await aLiveShow();
  const listener = await new Viewer(entry, 'audio/media.m3u8').open();
  const viewer = await new Viewer(entry).open();
  publisher.close();
  await rig.happened('interrupted');
  rig.media.end('play-k');
  await listener.watchToTheEnd();
  await viewer.watchToTheEnd();

  expect(readInitSegment(await listener.fetchFile('init0.mp4')).map(({ handler }) => handler)).toEqual([
    'soun',
  ]);
  const heard = readSamples(await listener.fetchSegments());
  const seen = readSamples(await viewer.fetchSegments());
  expect([...heard.keys()]).toEqual([AUDIO]);
  expect(heard.get(AUDIO)).toEqual(seen.get(AUDIO));
  expect(heard.get(AUDIO)).toHaveLength(217);
  const shape = ({
    msn,
    duration,
    dateTime,
  }: {
    msn: number;
    duration: number | null;
    dateTime: number | null;
  }) => [msn, duration, dateTime];
  expect(listener.last.segments.map(shape)).toEqual(viewer.last.segments.map(shape));
});

test('the sound alone is listed last, with what it costs, and each playlist says where the other stands', async () => {
  const { entry } = await aLiveShow();
  const listener = await new Viewer(entry, 'audio/media.m3u8').open();
  const viewer = await new Viewer(entry).open();
  const [video, audio] = viewer.variants;
  expect(viewer.variants).toHaveLength(2);
  expect(video?.CODECS).toBe('avc1.64000c,mp4a.40.2');
  expect(audio).toMatchObject({ CODECS: 'mp4a.40.2' });
  expect(audio?.RESOLUTION).toBeUndefined();

  const bitsOf = async (uri: string) => 8 * (await listener.fetchFile(uri)).length;
  const rates = await Promise.all(
    listener.last.segments.map(async ({ uri, duration }) =>
      uri ? (await bitsOf(uri)) / (duration ?? 1) : 0,
    ),
  );
  expect(Number(audio?.BANDWIDTH)).toBe(Math.ceil(Math.max(...rates)));
  expect(Number(audio?.BANDWIDTH)).toBeLessThan(Number(video?.BANDWIDTH) / 2);

  const edge = viewer.last.segments.at(-1);
  const standing = { lastMsn: edge?.msn, lastPart: (edge?.parts.length ?? 0) - 1 };
  expect(viewer.last.reports).toEqual([{ uri: 'audio/media.m3u8', ...standing }]);
  expect(listener.last.reports).toEqual([{ uri: '../media.m3u8', ...standing }]);
  expect(new URL(listener.last.reports[0]?.uri ?? '', listener.mediaUrl).href).toBe(viewer.mediaUrl);
  expect(
    listener.last.segments.flatMap(({ parts }) => parts).every(({ isIndependent }) => isIndependent),
  ).toBe(true);
});

test('a listener waits for the next part as a viewer does', async () => {
  const { publisher, entry } = await aLiveShow();
  const listener = await new Viewer(entry, 'audio/media.m3u8').open();
  const hinted = listener.fetchFile(listener.last.preloadHint ?? '');
  for (const tag of await readShow()) {
    const isFrame = tag.kind !== 'script' && tag.body[1] === 1;
    if (isFrame && tag.timestampMs < 1000) publisher.write({ ...tag, timestampMs: tag.timestampMs + 5000 });
  }
  expect([...readSamples(await hinted).keys()]).toEqual([AUDIO]);
});

test('a show without sound, and one without a picture, has no such rendition', async () => {
  for (const kind of ['video', 'audio'] as const) {
    const rig = await startMedia();
    const publisher = await rig.connect('k');
    for (const tag of await readShow()) if (tag.kind === kind) publisher.write(tag);
    await until('the show is live', () => rig.events.some(({ type }) => type === 'live'));
    const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
    expect(viewer.variants).toHaveLength(1);
    expect(viewer.last.reports).toEqual([]);
    expect((await fetch(new URL('audio/media.m3u8', viewer.mediaUrl))).status).toBe(404);
  }
});

test('a part that holds no sound becomes one without samples', () => {
  const sample = { data: Buffer.from('picture'), duration: 3600, compositionOffset: 0, isSync: true };
  const fragment = encodeFragment(7, [{ trackId: 1, baseDecodeTime: 0, samples: [sample] }]);
  expect([...readSamples(audioFragmentOf(fragment)).keys()]).toEqual([]);
});
