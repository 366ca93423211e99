import { describe, expect, test } from 'vitest';
import {
  aFrame,
  anAudioConfig,
  audioFrames,
  aVideoConfig,
  highProfile180p,
  interleave,
  videoFrames,
} from '../../test/support/frames.ts';
import { readSamples } from '../../test/support/mp4-reader.ts';
import { PackagerRig } from '../../test/support/packager-rig.ts';
import type { MediaFrame } from '../shared/media.ts';
import { audioTrackId, videoTrackId } from './init-segment.ts';

const video = aVideoConfig();
const audio = anAudioConfig();

describe('parts and segments', () => {
  test.each([
    { framesPerSecond: 24, partTarget: 0.219, partMs: 208 },
    { framesPerSecond: 25, partTarget: 0.21, partMs: 200 },
    { framesPerSecond: 30_000 / 1_001, partTarget: 0.211, partMs: 200 },
    { framesPerSecond: 30, partTarget: 0.21, partMs: 200 },
    { framesPerSecond: 50, partTarget: 0.21, partMs: 200 },
    { framesPerSecond: 60, partTarget: 0.21, partMs: 200 },
    { framesPerSecond: 12, partTarget: 0.175, partMs: 167 },
    { framesPerSecond: 10, partTarget: 0.21, partMs: 200 },
  ])('parts of whole frames at $framesPerSecond fps', ({ framesPerSecond, partTarget, partMs }) => {
    const rig = new PackagerRig()
      .configure(video, audio)
      .push(interleave(videoFrames(framesPerSecond * 12, { framesPerSecond }), audioFrames(560, audio)))
      .finish();
    expect(rig.last.partTarget).toBe(partTarget);
    expect(rig.last.targetDuration).toBe(1);
    for (const duration of rig.innerPartDurations)
      expect(Math.abs(duration * 1_000 - partMs)).toBeLessThanOrEqual(1);
    expect(rig.innerPartDurations.length).toBeGreaterThan(30);
  });

  test('every frame after the first key frame comes out once, in order, with its own bytes', () => {
    const late = videoFrames(10, { framesPerSecond: 25, gop: 1_000, startMs: 40 }).slice(1);
    const frames = videoFrames(250, {
      framesPerSecond: 25,
      startMs: 400,
      compositionOffsetsMs: [80, 160, 40, 0],
    });
    const sound = audioFrames(470, audio, 400);
    const rig = new PackagerRig().configure(video, audio).push(late).push(interleave(frames, sound)).finish();
    const samples = rig.samples;
    expect(samples.get(videoTrackId)?.map((sample) => sample.data)).toEqual(
      frames.map((frame) => frame.data),
    );
    expect(samples.get(audioTrackId)?.map((sample) => sample.data)).toEqual(sound.map((frame) => frame.data));
    expect(rig.packager.framesDropped).toBe(late.length);
  });

  test('B-frames keep their composition offset and their decoding order', () => {
    const frames = videoFrames(100, { framesPerSecond: 25, compositionOffsetsMs: [80, 160, 40, -40] });
    const rig = new PackagerRig().configure(video, null).push(frames).finish();
    const samples = rig.samples.get(videoTrackId) ?? [];
    expect(samples.map((sample) => sample.presentationTime - sample.decodeTime)).toEqual(
      frames.map((frame) => frame.compositionOffsetMs * 90),
    );
    expect(samples.map((sample) => sample.decodeTime)).toEqual(frames.map((frame) => frame.timestampMs * 90));
  });

  test('samples of a track join without gap or overlap from part to part', () => {
    const rig = new PackagerRig()
      .configure(video, audio)
      .push(interleave(videoFrames(300, { framesPerSecond: 30 }), audioFrames(460, audio, 7)))
      .finish();
    for (const samples of rig.samples.values()) {
      for (const [i, sample] of samples.entries()) {
        const before = samples[i - 1];
        if (before) expect(sample.decodeTime).toBe(before.decodeTime + before.duration);
      }
    }
  });

  /** How the sound of each part ends against its picture, and how far the newest picture was when the part left. */
  function partsOf(soundLateMs: number) {
    const sound = audioFrames(470, audio);
    const due = (frame: MediaFrame) => frame.timestampMs + (frame.track === 'audio' ? soundLateMs : 0);
    const frames = [...videoFrames(250, { framesPerSecond: 25 }), ...sound].sort((a, b) => due(a) - due(b));
    const rig = new PackagerRig().configure(video, audio);
    const parts: { soundMs: number; pictureMs: number; waitedMs: number }[] = [];
    let newest: Buffer | undefined;
    for (const frame of frames) {
      rig.push([frame]);
      const { open, listed } = rig.playback.window;
      const part = (open?.parts.at(-1) ?? listed.at(-1)?.parts.at(-1))?.data;
      if (!part || part === newest) continue;
      newest = part;
      const [picture, heard] = [videoTrackId, audioTrackId].map((id) => readSamples(part).get(id)?.at(-1));
      const pictureMs = picture ? (picture.decodeTime + picture.duration) / 90 : 0;
      const soundMs = heard ? (heard.decodeTime + heard.duration) / 48 : 0;
      if (due(frame) > 2_000) parts.push({ soundMs, pictureMs, waitedMs: due(frame) - pictureMs });
    }
    expect(parts.length).toBeGreaterThan(30);
    return parts;
  }

  test.each([0, 60, 150])(
    'a part has all its sound, also of sound that comes %i ms late, and waits no longer',
    (late) => {
      for (const { soundMs, pictureMs, waitedMs } of partsOf(late)) {
        expect(soundMs).toBeGreaterThanOrEqual(pictureMs);
        expect(waitedMs).toBeLessThanOrEqual(Math.max(0, late + 22));
      }
    },
  );

  test('pictures that wait for their sound come out as they came', () => {
    const pictures = videoFrames(50, { framesPerSecond: 25 });
    const due = ({ track, timestampMs }: MediaFrame) => timestampMs + (track === 'audio' ? 150 : 0);
    const frames = [...pictures, ...audioFrames(94, audio)].sort((one, other) => due(one) - due(other));
    const rig = new PackagerRig().configure(video, audio).push(frames).finish();
    const samples = rig.playback.window.listed
      .flatMap(({ parts }) => parts)
      .flatMap(({ data }) => readSamples(data).get(videoTrackId) ?? []);
    expect(samples.map(({ data }) => data)).toEqual(pictures.map(({ data }) => data));
  });

  test('sound that comes later than a part is long holds up no picture', () => {
    for (const { waitedMs } of partsOf(400)) expect(waitedMs).toBeLessThanOrEqual(0);
  });

  test('a variable frame rate makes legal parts', () => {
    const steps = [33, 33, 66, 33, 50, 17, 100, 33, 120, 40];
    let timestampMs = 0;
    const frames = Array.from({ length: 400 }, (_, i) => {
      const frame = aFrame({ timestampMs, isKeyFrame: i % 20 === 0 });
      timestampMs += steps[i % steps.length] ?? 33;
      return frame;
    });
    const rig = new PackagerRig()
      .configure(video, audio)
      .push(interleave(frames, audioFrames(Math.floor(timestampMs / 21.4), audio)))
      .finish();
    expect(rig.samples.get(videoTrackId)).toHaveLength(frames.length);
    expect(rig.segmentDurations.length).toBeGreaterThan(15);
  });

  test.each([
    { gopS: 2, targetDuration: 2, segment: 2 },
    { gopS: 3, targetDuration: 3, segment: 3 },
    { gopS: 0.5, targetDuration: 1, segment: 1 },
    { gopS: 0.7, targetDuration: 2, segment: 1.4 },
    { gopS: 1, targetDuration: 1, segment: 1 },
  ])('a key frame every $gopS s makes segments of $segment s', ({ gopS, targetDuration, segment }) => {
    const frames = videoFrames(900, { framesPerSecond: 30, gop: gopS * 30 });
    const rig = new PackagerRig().configure(video, null).push(frames).finish();
    expect(rig.last.targetDuration).toBe(targetDuration);
    expect(new Set(rig.segmentDurations.slice(0, -1))).toEqual(new Set([segment]));
  });

  test('an extra key frame for a new scene makes no later segment begin without one', () => {
    const keyFrames = [0, 25, 50, 62, 87, 112, 130, 155, 180, 205, 217, 242];
    const frames = videoFrames(300, { framesPerSecond: 25 }).map((frame, i) => ({
      ...frame,
      isKeyFrame: keyFrames.includes(i),
    }));
    const rig = new PackagerRig()
      .configure(video, audio)
      .push(interleave(frames.slice(0, 265), audioFrames(490, audio)))
      .finish();
    expect(rig.last.targetDuration).toBe(1);
    const segments = rig.playlists
      .flatMap((playlist) => playlist.segments)
      .filter(({ parts }) => parts.length > 0);
    expect(segments.every(({ parts }) => parts[0]?.isIndependent)).toBe(true);
    expect(rig.segmentDurations.length).toBeGreaterThanOrEqual(9);
  });

  test('a publisher that stretches its key frame interval to 8 s never exceeds the target duration', () => {
    const frames = [
      ...videoFrames(50, { framesPerSecond: 25 }),
      ...videoFrames(600, { framesPerSecond: 25, gop: 200, startMs: 2_000 }),
    ];
    const rig = new PackagerRig().configure(video, null).push(frames).finish();
    expect(rig.last.targetDuration).toBe(1);
    const independent = rig.last.segments.map((segment) => segment.parts[0]?.isIndependent);
    expect(independent).toContain(false);
    expect(rig.samples.get(videoTrackId)).toHaveLength(frames.length);
  });

  test('the first key frame interval is measured for at most 4 s', () => {
    const rig = new PackagerRig().configure(video, null);
    rig.push(videoFrames(100, { framesPerSecond: 25, gop: 250 }));
    expect(rig.playlists).toHaveLength(0);
    rig.push(videoFrames(12, { framesPerSecond: 25, gop: 250, startMs: 3_960 }).slice(1));
    expect(rig.last.targetDuration).toBe(4);
  });
});

describe('one track only', () => {
  test.each([
    { name: '48 kHz', asc: '1190', partMs: 192 },
    { name: '44.1 kHz', asc: '1210', partMs: 209 },
    { name: '24 kHz', asc: '1310', partMs: 213 },
    { name: '16 kHz mono', asc: '1408', partMs: 192 },
  ])('audio at $name plays without video', ({ asc, partMs }) => {
    const config = anAudioConfig(asc);
    const frames = audioFrames(600, config);
    const rig = new PackagerRig().configure(null, config).push(frames).finish();
    expect(rig.samples.get(audioTrackId)).toHaveLength(frames.length);
    for (const duration of rig.innerPartDurations)
      expect(Math.abs(duration * 1_000 - partMs)).toBeLessThan(1.5);
    expect(rig.last.segments.every((segment) => segment.parts.every((part) => part.isIndependent))).toBe(
      true,
    );
  });

  test('video without sound starts after the wait for sound', () => {
    const rig = new PackagerRig().configure(video, null);
    rig.push(videoFrames(30, { framesPerSecond: 25 }));
    expect(rig.playlists).toHaveLength(0);
    rig.push(videoFrames(45, { framesPerSecond: 25, startMs: 1_200, gop: 20 }));
    expect(rig.playlists.length).toBeGreaterThan(0);
    expect(rig.playback.window.currentPeriod?.audio).toBeNull();
  });

  test('sound that is configured within the wait belongs to the first header', () => {
    const rig = new PackagerRig().configure(video, null);
    rig.push(videoFrames(20, { framesPerSecond: 25 })).configure(null, audio);
    rig.push(
      interleave(videoFrames(60, { framesPerSecond: 25, startMs: 800, gop: 5 }), audioFrames(90, audio, 800)),
    );
    expect(rig.last.segments.every((segment) => segment.map === 'init0.mp4')).toBe(true);
    expect(rig.playback.window.currentPeriod?.audio).not.toBeNull();
  });

  test('sound that comes later starts a new header behind a discontinuity', () => {
    const rig = new PackagerRig().configure(video, null).push(videoFrames(60, { framesPerSecond: 25 }));
    rig.configure(null, audio);
    rig
      .push(
        interleave(videoFrames(75, { framesPerSecond: 25, startMs: 3_000 }), audioFrames(130, audio, 3_000)),
      )
      .finish();
    const maps = rig.last.segments.map((segment) => segment.map);
    expect(maps).toContain('init0.mp4');
    expect(maps).toContain('init1.mp4');
    expect(rig.last.segments.filter((segment) => segment.isDiscontinuous)).toHaveLength(1);
  });
});

describe('timestamps that are not tidy', () => {
  const soundFor = (frames: { timestampMs: number }[], config = audio) =>
    audioFrames(
      Math.floor(((frames.at(-1)?.timestampMs ?? 0) - (frames[0]?.timestampMs ?? 0)) / 21.34),
      config,
    );

  test('timestamps wrap at 2^32 without a trace', () => {
    const startMs = 2 ** 32 - 5_000;
    const frames = videoFrames(250, { framesPerSecond: 25, startMs });
    const sound = audioFrames(465, audio, startMs);
    const ordered = interleave(frames, sound).sort(
      (a, b) => ((a.timestampMs - startMs) >>> 0) - ((b.timestampMs - startMs) >>> 0),
    );
    const rig = new PackagerRig().configure(video, audio).push(ordered).finish();
    expect(rig.samples.get(videoTrackId)?.map((sample) => sample.decodeTime / 3_600)).toEqual(
      frames.map((_, i) => i),
    );
    expect(rig.samples.get(audioTrackId)).toHaveLength(sound.length);
  });

  test('a publisher clock that jumps by an hour, either way, goes on where it stood', () => {
    const at = (startMs: number) =>
      interleave(videoFrames(100, { framesPerSecond: 25, startMs }), audioFrames(188, audio, startMs));
    const rig = new PackagerRig()
      .configure(video, audio)
      .push(at(7_200_000))
      .push(at(10_800_000))
      .push(at(0))
      .finish();
    const times = rig.samples.get(videoTrackId)?.map((sample) => sample.decodeTime / 90) ?? [];
    expect(times).toHaveLength(300);
    for (const [i, time] of times.entries())
      if (i > 0) expect(time - (times[i - 1] ?? 0)).toBeLessThanOrEqual(100);
    expect((times.at(-1) ?? 0) / 1_000).toBeCloseTo(12, 0);
  });

  test('a hole in the video is played as one long frame over going sound', () => {
    const frames = videoFrames(250, { framesPerSecond: 25 }).filter((_, i) => i < 110 || i >= 130);
    const sound = audioFrames(465, audio);
    const rig = new PackagerRig().configure(video, audio).push(interleave(frames, sound)).finish();
    const samples = rig.samples.get(videoTrackId) ?? [];
    expect(samples).toHaveLength(frames.length);
    expect(Math.max(...samples.map((sample) => sample.duration / 90))).toBe(840);
    expect(rig.samples.get(audioTrackId)).toHaveLength(sound.length);
  });

  test('a hole in the sound is filled with silence', () => {
    const frames = videoFrames(250, { framesPerSecond: 25 });
    const sound = audioFrames(465, audio);
    const heard = sound.filter((_, i) => i < 200 || i >= 220);
    const rig = new PackagerRig().configure(video, audio).push(interleave(frames, heard)).finish();
    const samples = rig.samples.get(audioTrackId) ?? [];
    expect(samples).toHaveLength(sound.length);
    expect(samples.filter((sample) => sample.data.toString('hex') === '210049900219002380')).toHaveLength(20);
  });

  test('a microphone that sends nothing while muted is heard as silence, part by part', () => {
    const frames = videoFrames(750, { framesPerSecond: 25 });
    const sound = audioFrames(1_400, audio).filter(
      (frame) => frame.timestampMs < 5_000 || frame.timestampMs >= 20_000,
    );
    const rig = new PackagerRig().configure(video, audio).push(interleave(frames, sound)).finish();
    const samples = rig.samples.get(audioTrackId) ?? [];
    for (const [i, sample] of samples.entries()) {
      const before = samples[i - 1];
      if (before) expect(sample.decodeTime).toBe(before.decodeTime + before.duration);
    }
    const silent = samples.filter((sample) => sample.data.length === 9);
    expect(Math.abs(silent.length - (15 * 48_000) / 1_024)).toBeLessThan(2);
    expect(samples.length - silent.length).toBe(sound.length);
  });

  test('a track that is announced and never sent is silence', () => {
    const rig = new PackagerRig()
      .configure(video, audio)
      .push(videoFrames(250, { framesPerSecond: 25 }))
      .finish();
    const samples = rig.samples.get(audioTrackId) ?? [];
    expect(Math.abs(samples.length - (8.5 * 48_000) / 1_024)).toBeLessThan(12);
  });

  test('sound that races ahead of the picture is refused', () => {
    const rig = new PackagerRig().configure(video, audio);
    rig.push(interleave(videoFrames(75, { framesPerSecond: 25 }), audioFrames(140, audio)));
    expect(() => rig.push(audioFrames(3_000, audio, 3_000))).toThrow('30 s ahead of the picture');
    rig.finish();
  });

  test('a hole in both tracks closes up', () => {
    const cut = <T extends { timestampMs: number }>(frames: T[]) =>
      frames.filter((frame) => frame.timestampMs < 4_000 || frame.timestampMs >= 4_700);
    const frames = interleave(
      cut(videoFrames(250, { framesPerSecond: 25, gop: 12 })),
      cut(audioFrames(465, audio)),
    );
    const rig = new PackagerRig().configure(video, audio).push(frames).finish();
    const samples = rig.samples.get(videoTrackId) ?? [];
    expect(Math.max(...samples.map((sample) => sample.duration / 90))).toBeLessThan(200);
    expect((samples.at(-1)?.decodeTime ?? 0) / 90).toBeLessThan(9_400);
  });

  test('a hole in video without sound closes up to one part', () => {
    const frames = videoFrames(250, { framesPerSecond: 25 }).filter((_, i) => i < 110 || i >= 130);
    const rig = new PackagerRig().configure(video, null).push(frames).finish();
    const samples = rig.samples.get(videoTrackId) ?? [];
    expect(samples).toHaveLength(frames.length);
    expect(Math.max(...samples.map((sample) => sample.duration / 90))).toBe(210);
  });

  test('timestamps that repeat or step back a little still ascend', () => {
    const frames = videoFrames(250, { framesPerSecond: 25 }).map((frame, i) => ({
      ...frame,
      timestampMs: Math.max(0, frame.timestampMs - (i % 7 === 3 ? 60 : i % 7 === 4 ? 40 : 0)),
    }));
    const rig = new PackagerRig().configure(video, null).push(frames).finish();
    const samples = rig.samples.get(videoTrackId) ?? [];
    expect(samples).toHaveLength(frames.length);
    for (const sample of samples) expect(sample.duration).toBeGreaterThan(0);
  });

  test('sound of a clock that is 0.1 % off stays within 40 ms of the picture for ten minutes', {
    timeout: 120_000,
  }, () => {
    const frames = videoFrames(25 * 600, { framesPerSecond: 25 });
    const sound = soundFor(frames).map((frame, i) => ({
      ...frame,
      timestampMs: Math.round(i * (1_024 / 48) * 1.001),
    }));
    const rig = new PackagerRig().configure(video, audio).push(interleave(frames, sound)).finish();
    const drifts = (rig.samples.get(audioTrackId) ?? []).map(
      (sample, i) => sample.decodeTime / 48 - (sound[i]?.timestampMs ?? 0),
    );
    expect(drifts).toHaveLength(sound.length);
    expect(Math.max(...drifts.map(Math.abs))).toBeLessThan(40);
  });

  test('surplus sound is dropped rather than overlapped', () => {
    const frames = videoFrames(250, { framesPerSecond: 25 });
    const sound = audioFrames(460, audio);
    const doubled = sound.flatMap((frame, i) => (i >= 200 && i < 220 ? [frame, frame] : [frame]));
    const rig = new PackagerRig().configure(video, audio).push(interleave(frames, doubled)).finish();
    const samples = rig.samples.get(audioTrackId) ?? [];
    expect(samples.length).toBeLessThanOrEqual(sound.length + 5);
    expect(rig.packager.framesDropped).toBeGreaterThanOrEqual(15);
  });
});

describe('a stream that changes', () => {
  test('a new picture size starts a new header behind a discontinuity, at a key frame', () => {
    const rig = new PackagerRig()
      .configure(video, audio)
      .push(interleave(videoFrames(100, { framesPerSecond: 25 }), audioFrames(187, audio)));
    rig.configure(aVideoConfig(highProfile180p), null);
    rig.push(
      interleave(videoFrames(100, { framesPerSecond: 25, startMs: 4_000 }), audioFrames(187, audio, 4_000)),
    );
    rig.finish();
    const first = rig.last.segments.find((segment) => segment.isDiscontinuous);
    expect(first?.map).toBe('init1.mp4');
    expect(first?.parts[0]?.isIndependent ?? true).toBe(true);
    expect(rig.playback.window.currentPeriod?.video?.width).toBe(320);
  });

  test('a publisher that returns continues the numbering and the timeline behind a discontinuity', () => {
    const show = () => interleave(videoFrames(100, { framesPerSecond: 25 }), audioFrames(187, audio));
    const rig = new PackagerRig().configure(video, audio).push(show());
    rig.clock.advance(9_000);
    rig.reconnect().configure(video, audio).push(show()).finish();
    const segments = rig.last.segments;
    const back = segments.findIndex((segment) => segment.isDiscontinuous);
    expect(segments.map((segment) => segment.msn)).toEqual(
      segments.map((_, i) => rig.last.mediaSequence + i),
    );
    expect((segments[back]?.dateTime ?? 0) - (segments[back - 1]?.dateTime ?? 0)).toBeGreaterThan(9_000);
    const times = rig.samples.get(videoTrackId)?.map((sample) => sample.decodeTime) ?? [];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times).toHaveLength(200);
  });

  test('a publisher that returns with another frame rate keeps the promised part target', () => {
    const rig = new PackagerRig().configure(video, audio);
    rig.push(interleave(videoFrames(125, { framesPerSecond: 25 }), audioFrames(234, audio)));
    rig.reconnect().configure(video, audio);
    rig.push(interleave(videoFrames(60, { framesPerSecond: 12 }), audioFrames(234, audio))).finish();
    expect(new Set(rig.playlists.map((playlist) => playlist.partTarget))).toEqual(new Set([0.21]));
    expect(rig.samples.get(videoTrackId)).toHaveLength(185);
  });

  test('a publisher that changes its configuration at every key frame holds no more memory', () => {
    const rig = new PackagerRig();
    const formats = [aVideoConfig(), aVideoConfig(highProfile180p)];
    for (let i = 0; i < 60; i++) {
      rig.configure(formats[i % 2] ?? null, null);
      rig.push(videoFrames(80, { framesPerSecond: 25, startMs: i * 3_200 }));
    }
    rig.finish();
    expect(rig.playback.window.period(0)).toBeNull();
    expect(rig.playback.window.period(59)).not.toBeNull();
    expect(rig.last.discontinuitySequence).toBeGreaterThan(40);
  });

  test.each([
    ['before the first segment', 0],
    ['of a running stream', 75],
  ])('a flood of empty sound %s is refused', (_, framesBefore) => {
    const rig = new PackagerRig().configure(video, audio);
    rig.push(interleave(videoFrames(framesBefore + 1, { framesPerSecond: 25 }), audioFrames(140, audio)));
    const flood = Array.from({ length: 50_000 }, () =>
      aFrame({ track: 'audio', isKeyFrame: true, timestampMs: 3_000 }),
    );
    expect(() => rig.push(flood)).toThrow(/8000000 bytes|ahead of the picture/);
  });

  test('a publisher that floods one segment is refused', () => {
    const rig = new PackagerRig().configure(video, null);
    const heavy = videoFrames(50, { framesPerSecond: 25, gop: 1_000 }).map((frame) => ({
      ...frame,
      data: Buffer.alloc(400_000),
    }));
    expect(() => rig.push(heavy)).toThrow('more than 8000000 bytes');
  });
});
