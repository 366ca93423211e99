import { expect, test } from 'vitest';
import {
  anOpusConfig,
  aVideoConfig,
  interleave,
  opusFrames,
  videoFrames,
} from '../../test/support/frames.ts';
import { readInitSegment } from '../../test/support/mp4-reader.ts';
import { PackagerRig } from '../../test/support/packager-rig.ts';
import { vp9Config } from '../codecs/vp9.ts';
import { renderMultivariantPlaylist } from '../hls/multivariant-playlist.ts';
import { audioTrackId, videoTrackId } from './init-segment.ts';

const vp9 = vp9Config({ codec: 'vp09.00.31.08', width: 1280, height: 720 });
const opus = anOpusConfig();

function header(rig: PackagerRig): Buffer {
  const bytes = rig.playback.window.period(0)?.initSegment;
  if (!bytes) throw new Error('there is no header');
  return bytes;
}

test('VP9 with Opus comes out frame by frame, under the names that players look for', () => {
  const picture = videoFrames(120, { framesPerSecond: 30 });
  const sound = opusFrames(200);
  const rig = new PackagerRig().configure(vp9, opus).push(interleave(picture, sound)).finish();
  expect(rig.samples.get(videoTrackId)?.map(({ data }) => data)).toEqual(picture.map(({ data }) => data));
  expect(rig.samples.get(audioTrackId)?.map(({ data }) => data)).toEqual(sound.map(({ data }) => data));
  expect(readInitSegment(header(rig))).toMatchObject([
    { id: videoTrackId, sampleEntry: 'vp09', timescale: 90_000, width: 1280, height: 720 },
    { id: audioTrackId, sampleEntry: 'Opus', timescale: 48_000 },
  ]);
  // version 1 of vpcC with profile 0, level 3.1; version 0 of dOps with two channels.
  expect(header(rig).includes(Buffer.from('vpcC\x01\x00\x00\x00\x00\x1f\x82', 'latin1'))).toBe(true);
  expect(header(rig).includes(Buffer.from('dOps\x00\x02\x01\x38\x00\x00\xbb\x80', 'latin1'))).toBe(true);
  expect(renderMultivariantPlaylist(rig.playback.renditions)).toContain('CODECS="vp09.00.31.08,opus"');
});

test('H.264 and Opus share a header', () => {
  const rig = new PackagerRig()
    .configure(aVideoConfig(), opus)
    .push(interleave(videoFrames(60, { framesPerSecond: 30 }), opusFrames(100)))
    .finish();
  expect(readInitSegment(header(rig)).map(({ sampleEntry }) => sampleEntry)).toEqual(['avc1', 'Opus']);
});

test('Opus packets of another length last as long as they say', () => {
  const sound = opusFrames(50, { firstByte: 0x1c, frameMs: 60 });
  const rig = new PackagerRig()
    .configure(aVideoConfig(), opus)
    .push(interleave(videoFrames(90, { framesPerSecond: 30 }), sound))
    .finish();
  const samples = rig.samples.get(audioTrackId) ?? [];
  expect(samples).toHaveLength(sound.length);
  expect(new Set(samples.map(({ duration }) => duration))).toEqual(new Set([2_880]));
});

test('a hole in Opus sound is filled with silent packets', () => {
  const sound = [...opusFrames(50), ...opusFrames(50, { startMs: 1_400 })];
  const rig = new PackagerRig()
    .configure(aVideoConfig(), opus)
    .push(interleave(videoFrames(72, { framesPerSecond: 30 }), sound))
    .finish();
  const samples = rig.samples.get(audioTrackId) ?? [];
  const silent = samples.filter(({ data }) => data.equals(Buffer.from('fcfffe', 'hex')));
  expect(silent).toHaveLength(20);
  for (const [i, sample] of samples.entries()) expect(sample.decodeTime).toBe(i * 960);
});

test('bytes that are no Opus packet are dropped and counted', () => {
  const [first] = opusFrames(1);
  if (!first) throw new Error('no frame');
  const rig = new PackagerRig()
    .configure(aVideoConfig(), opus)
    .push(
      interleave(videoFrames(60, { framesPerSecond: 30 }), [
        ...opusFrames(50),
        { ...first, timestampMs: 1_000, data: Buffer.from('ff', 'hex') },
      ]),
    );
  expect(rig.packager.framesDropped).toBe(1);
});
