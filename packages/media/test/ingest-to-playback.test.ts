import { expect, test } from 'vitest';
import { readShow, startMedia, until } from './support/media-rig.ts';
import { readInitSegment, readSamples } from './support/mp4-reader.ts';
import { Viewer } from './support/viewer.ts';

const VIDEO = 1;
const AUDIO = 2;

test('every frame that is published reaches a viewer once, in order, with its bytes and times', async () => {
  const rig = await startMedia();
  const publisher = await rig.connect('k');
  const tags = await readShow();
  const beforeLive = tags.findIndex((tag) => tag.timestampMs > 1_200);
  for (const tag of tags.slice(0, beforeLive)) publisher.write(tag);
  await rig.happened('live');
  const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
  for (let at = beforeLive; at < tags.length; at += 10) {
    for (const tag of tags.slice(at, at + 10)) publisher.write(tag);
    await viewer.reload('');
  }
  publisher.close();
  await rig.happened('interrupted');
  await viewer.reload('');
  rig.media.end('play-k');
  await viewer.watchToTheEnd();

  const media = tags.filter((tag) => tag.kind !== 'script' && tag.body[1] === 1);
  const samples = readSamples(await viewer.fetchSegments());
  const video = media.filter((tag) => tag.kind === 'video');
  const audio = media.filter((tag) => tag.kind === 'audio');
  expect(samples.get(VIDEO)?.map((sample) => sample.data)).toEqual(video.map((tag) => tag.body.subarray(5)));
  expect(samples.get(AUDIO)?.map((sample) => sample.data)).toEqual(audio.map((tag) => tag.body.subarray(2)));
  const first = video[0]?.timestampMs ?? 0;
  expect(samples.get(VIDEO)?.map((sample) => sample.presentationTime / 90)).toEqual(
    video.map((tag) => tag.timestampMs - first + tag.body.readIntBE(2, 3)),
  );
  const drifts = audio.map(
    (tag, i) => ((samples.get(AUDIO)?.[i]?.decodeTime ?? 0) * 1_000) / 44_100 - (tag.timestampMs - first),
  );
  expect(Math.max(...drifts.map(Math.abs))).toBeLessThan(2);
  expect(viewer.parts.size).toBeGreaterThan(10);
  const whole = await viewer.fetchSegments();
  for (const part of viewer.parts.values()) expect(whole.includes(part)).toBe(true);
});

test('the entry describes what is played, and the header holds both tracks', async () => {
  const rig = await startMedia();
  await rig.publishShow();
  await rig.happened('live');
  const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
  expect(viewer.variant).toMatchObject({
    CODECS: 'avc1.64000c,mp4a.40.2',
    RESOLUTION: '320x180',
    'FRAME-RATE': '25.000',
  });
  expect(Number(viewer.variant.BANDWIDTH)).toBeGreaterThan(200_000);
  expect(Number(viewer.variant.BANDWIDTH)).toBeLessThan(600_000);
  expect(readInitSegment(await viewer.fetchFile('init0.mp4'))).toEqual([
    { id: VIDEO, handler: 'vide', timescale: 90_000, sampleEntry: 'avc1', width: 320, height: 180 },
    { id: AUDIO, handler: 'soun', timescale: 44_100, sampleEntry: 'mp4a', width: 0, height: 0 },
  ]);
});

test('the health of a stream tells the studio what arrives', async () => {
  const rig = await startMedia();
  expect(rig.media.status('play-k')).toBeNull();
  const publisher = await rig.connect('k');
  await publisher.publishFlv(await readShow(), { speed: 2 });
  await rig.happened('live');
  const health = rig.media.status('play-k');
  expect(health).toMatchObject({
    state: 'live',
    isPublishing: true,
    keyFrameIntervalMs: 1_000,
    framesDropped: 0,
    width: 320,
    height: 180,
    codecs: ['avc1.64000c', 'mp4a.40.2'],
  });
  expect(health?.framesPerSecond).toBeGreaterThan(30);
  expect(health?.framesPerSecond).toBeLessThan(70);
  expect(health?.bitsPerSecond).toBeGreaterThan(300_000);
  expect(health?.bytesHeld).toBeGreaterThan(100_000);
});

test('a looped file goes on without a discontinuity', async () => {
  const rig = await startMedia({ windowMs: 60_000 });
  const publisher = await rig.connect('k');
  const looping = publisher.publishFlv(await readShow(), { speed: 30, loop: true });
  await until('three rounds', () => (rig.media.status('play-k')?.framesIn ?? 0) > 3 * 342);
  publisher.close();
  await looping;
  await rig.happened('interrupted');
  const viewer = await new Viewer(`${rig.origin}/hls/play-k/index.m3u8`).open();
  const { segments } = viewer.last;
  expect(segments.some((segment) => segment.isDiscontinuous)).toBe(false);
  const complete = segments.filter((segment) => segment.duration !== null);
  expect(complete.length).toBeGreaterThanOrEqual(15);
  for (const segment of complete.slice(0, -1))
    expect(Math.abs((segment.duration ?? 0) - 1)).toBeLessThan(0.05);
});
