import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, mkdir, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Parser } from 'm3u8-parser';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Recordings } from '../src/index.ts';
import { decodeIndex } from '../src/recording/recording-index.ts';
import { FakeClock } from './support/fake-clock.ts';
import { type MediaRig, startMedia, until } from './support/media-rig.ts';
import { watchReplay } from './support/replay.ts';

const videoFrames = 125;
const audioFrames = 217;

function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'vybekart-recordings-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

interface RecordingRig extends MediaRig {
  directory: string;
  recordings: Recordings;
  alerts: string[];
  clock: FakeClock;
  replayUrl: string;
}

async function startRecording(directory = temporaryDirectory()): Promise<RecordingRig> {
  const alerts: string[] = [];
  const clock = new FakeClock();
  const recordings = new Recordings({ directory, alert: (line) => alerts.push(line) });
  const rig = await startMedia({ recordings, clock });
  return {
    ...rig,
    directory,
    recordings,
    alerts,
    clock,
    replayUrl: `${rig.origin}/hls/play-k/replay/index.m3u8`,
  };
}

const samplesOf = async (url: string) => {
  const { samples } = await watchReplay(url);
  return [...samples.values()].map((track) => track.length);
};

describe('the recording of a show', () => {
  test('can be played the moment the show has ended, and has every frame that was published', async () => {
    const rig = await startRecording();
    await rig.publishShow();
    expect((await fetch(rig.replayUrl)).status).toBe(404);
    rig.media.end('play-k');
    const replay = await watchReplay(rig.replayUrl);
    expect([...replay.samples.values()].map((track) => track.length)).toEqual([videoFrames, audioFrames]);
    const secondReader = new Parser();
    secondReader.push(replay.text);
    secondReader.end();
    expect(secondReader.manifest).toMatchObject({ endList: true, mediaSequence: 0 });
    expect(secondReader.manifest.segments).toHaveLength(replay.playlist.segments.length);
    expect(replay.variant).toMatchObject({ CODECS: 'avc1.64000c,mp4a.40.2', 'FRAME-RATE': '25.000' });
    expect(replay.durationS).toBeCloseTo(5, 0);
    expect(replay.playlist.segments[0]?.dateTime).toBeGreaterThanOrEqual(Date.parse('2026-01-05T17:59:00Z'));
    const recording = await rig.recordings.find('play-k');
    expect(recording?.durationMs).toBe(Math.round(replay.durationS * 1_000));
    expect(recording).toMatchObject({ missingMs: 0 });
    const stored = await readFile(path.join(rig.directory, 'play-k', '0.mp4'));
    expect(recording?.bytes).toBe(stored.length);
  });

  test('goes on in the same file when the same encoder comes back, behind a discontinuity', async () => {
    const rig = await startRecording();
    (await rig.publishShow()).close();
    await rig.happened('interrupted');
    rig.clock.advance(5_000);
    await rig.publishShow();
    await rig.happened('resumed');
    rig.media.end('play-k');
    const { playlist, samples } = await watchReplay(rig.replayUrl);
    expect([...samples.values()].map((track) => track.length)).toEqual([2 * videoFrames, 2 * audioFrames]);
    expect(playlist.segments.filter((segment) => segment.isDiscontinuous)).toHaveLength(1);
    expect(new Set(playlist.segments.map((segment) => segment.uri))).toEqual(new Set(['0.mp4']));
  });

  test('goes on in another file after the server was started again', async () => {
    const first = await startRecording();
    await first.publishShow();
    await first.happened('live');
    await first.media.close();
    const second = await startRecording(first.directory);
    expect(await samplesOf(second.replayUrl)).toEqual([videoFrames, audioFrames]);
    await second.publishShow();
    second.media.end('play-k');
    const { playlist, samples } = await watchReplay(second.replayUrl);
    expect([...samples.values()].map((track) => track.length)).toEqual([2 * videoFrames, 2 * audioFrames]);
    expect(playlist.segments.filter((segment) => segment.isDiscontinuous)).toHaveLength(1);
    expect(new Set(playlist.segments.map((segment) => segment.uri))).toEqual(new Set(['0.mp4', '1.mp4']));
  });

  test('is nothing when nothing was published, and is gone when it is taken away', async () => {
    const rig = await startRecording();
    (await rig.connect('k')).close();
    await rig.happened('interrupted');
    expect(await rig.recordings.find('play-k')).toBeNull();
    await rig.publishShow();
    rig.media.end('play-k');
    await watchReplay(rig.replayUrl);
    await rig.recordings.remove('play-k');
    expect((await fetch(rig.replayUrl)).status).toBe(404);
    expect(await readdir(rig.directory)).toEqual([]);
  });

  test('is not taken away while it is being made', async () => {
    const rig = await startRecording();
    await rig.publishShow();
    await rig.recordings.remove('play-k');
    rig.media.end('play-k');
    expect(await samplesOf(rig.replayUrl)).toEqual([videoFrames, audioFrames]);
  });
});

describe('recording', () => {
  test('stops where shows on air may take no more space, and the next show finds it free again', async () => {
    const directory = temporaryDirectory();
    const alerts: string[] = [];
    const recordings = new Recordings({
      directory,
      runningBytes: 120_000,
      alert: (line) => alerts.push(line),
    });
    const rig = await startMedia({ recordings });
    for (const key of ['one', 'two']) {
      await rig.publishShow(key);
      rig.media.end(`play-${key}`);
      const replay = await watchReplay(`${rig.origin}/hls/play-${key}/replay/index.m3u8`);
      expect(replay.durationS).toBeGreaterThan(1);
      expect(replay.durationS).toBeLessThan(5);
    }
    expect(alerts).toHaveLength(2);
    expect(alerts[0]).toContain('no more space');
  });

  test('that is off adds nothing and still plays what is there', async () => {
    const first = await startRecording();
    await first.publishShow();
    await first.media.close();
    const off = await startMedia({ recordings: new Recordings({ directory: first.directory, isOn: false }) });
    await off.publishShow('other');
    off.media.end('play-other');
    expect(await samplesOf(`${off.origin}/hls/play-k/replay/index.m3u8`)).toEqual([videoFrames, audioFrames]);
    expect((await fetch(`${off.origin}/hls/play-other/replay/index.m3u8`)).status).toBe(404);
  });
});

describe('an index that a killed process left behind', () => {
  test('is read up to its last whole line, wherever it was torn', async () => {
    const rig = await startRecording();
    await rig.publishShow();
    rig.media.end('play-k');
    await rig.recordings.find('play-k');
    const whole = await readFile(path.join(rig.directory, 'play-k', 'index.jsonl'));
    const all = decodeIndex(whole);
    expect(all.length).toBe(whole.length);
    for (let cut = 0; cut <= whole.length; cut++) {
      const read = decodeIndex(whole.subarray(0, cut));
      expect(all.segments.slice(0, read.segments.length)).toEqual(read.segments);
      expect(read.length).toBe(whole.subarray(0, cut).lastIndexOf('\n') + 1);
    }
  });

  test('is continued behind its last whole line', async () => {
    const first = await startRecording();
    await first.publishShow();
    await first.media.close();
    await appendFile(path.join(first.directory, 'play-k', 'index.jsonl'), '{"kind":"segment","file":0,"off');
    const second = await startRecording(first.directory);
    expect(await samplesOf(second.replayUrl)).toEqual([videoFrames, audioFrames]);
    await second.publishShow();
    second.media.end('play-k');
    expect(await samplesOf(second.replayUrl)).toEqual([2 * videoFrames, 2 * audioFrames]);
  });
});

describe('a disk in trouble', () => {
  test('that cannot be written costs the recording, not the live stream, and is told once', async () => {
    const directory = temporaryDirectory();
    await writeFile(path.join(directory, 'play-k'), 'a file where a folder should be');
    const rig = await startRecording(directory);
    await rig.publishShow();
    await rig.happened('live');
    expect((await fetch(`${rig.origin}/hls/play-k/index.m3u8`)).status).toBe(200);
    await until('the alert', () => rig.alerts.length > 0);
    await rig.publishShow('again', 'play-again');
    rig.media.end('play-k');
    rig.media.end('play-again');
    expect(await samplesOf(`${rig.origin}/hls/play-again/replay/index.m3u8`)).toEqual([
      videoFrames,
      audioFrames,
    ]);
    expect(rig.alerts).toHaveLength(1);
    expect(rig.alerts[0]).toMatch(/^play-k: the recording has a gap/);
  });

  test('that is full for a while leaves a gap, noted in the recording', async () => {
    const directory = temporaryDirectory();
    const folder = path.join(directory, 'play-k');
    await mkdir(folder);
    await symlink('/dev/full', path.join(folder, '0.mp4'));
    const rig = await startRecording(directory);
    (await rig.publishShow()).close();
    await rig.happened('interrupted');
    await until('the alert', () => rig.alerts.length === 1);
    expect(rig.alerts[0]).toContain('ENOSPC');
    await rm(path.join(folder, '0.mp4'));
    await rig.publishShow();
    rig.media.end('play-k');
    const replay = await watchReplay(rig.replayUrl);
    const recording = await rig.recordings.find('play-k');
    expect(recording?.missingMs).toBeGreaterThan(0);
    expect((recording?.missingMs ?? 0) + (recording?.durationMs ?? 0)).toBeCloseTo(10_000, -3);
    expect([...replay.samples.values()][0]?.length).toBeGreaterThanOrEqual(videoFrames);
    expect(rig.alerts.at(-1)).toContain('the recording goes on');
  });
});

test('a disk that hangs does not keep the server from closing', async () => {
  const directory = temporaryDirectory();
  const hanging = path.join(directory, 'play-k', '0.mp4');
  await mkdir(path.dirname(hanging));
  // Opening a pipe waits until somebody reads from it.
  spawnSync('mkfifo', [hanging]);
  const rig = await startRecording(directory);
  await rig.publishShow();
  await rig.happened('live');
  let isClosed = false;
  const closing = rig.media.close().then(() => {
    isClosed = true;
  });
  await until('the end', () => rig.events.some(({ type }) => type === 'ended'));
  await expect(fetch(`${rig.origin}/hls/play-k/index.m3u8`)).resolves.toMatchObject({ status: 404 });
  expect(isClosed).toBe(false);
  await until('the close', () => {
    rig.clock.advance(5_000);
    return isClosed;
  });
  await closing;
  const reader = await open(hanging, 'r+');
  await rig.recordings.settle();
  await reader.close();
});

describe('a file of a recording', () => {
  async function startEnded(): Promise<{ url: string; bytes: Buffer }> {
    const rig = await startRecording();
    await rig.publishShow();
    rig.media.end('play-k');
    const url = new URL('0.mp4', rig.replayUrl).href;
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    return { url, bytes };
  }

  test('is sent in the ranges that are asked for, to any page, and may be kept for ever', async () => {
    const { url, bytes } = await startEnded();
    const ask = async (range: string) => {
      const response = await fetch(url, { headers: { range } });
      return { response, body: Buffer.from(await response.arrayBuffer()) };
    };
    const middle = await ask('bytes=100-199');
    expect(middle.response.status).toBe(206);
    expect(middle.response.headers.get('content-range')).toBe(`bytes 100-199/${bytes.length}`);
    expect(middle.response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(middle.response.headers.get('access-control-allow-origin')).toBe('*');
    expect(middle.body).toEqual(bytes.subarray(100, 200));
    expect((await ask('bytes=-50')).body).toEqual(bytes.subarray(-50));
    expect((await ask(`bytes=${bytes.length - 10}-`)).body).toEqual(bytes.subarray(-10));
    expect((await ask(`bytes=0-${10 * bytes.length}`)).body).toEqual(bytes);
    const beyond = await ask(`bytes=${bytes.length}-`);
    expect(beyond.response.status).toBe(416);
    expect(beyond.response.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
    for (const odd of ['bytes=1-2,4-5', 'lines=1-2', 'bytes=-', 'bytes=9-2', 'nonsense']) {
      expect((await ask(odd)).response.status, odd).toBe(200);
    }
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
    expect(head.headers.get('accept-ranges')).toBe('bytes');
  });

  test('is the only kind of file that can be had from the folder', async () => {
    const { url } = await startEnded();
    for (const name of [
      'index.jsonl',
      '1.mp4',
      '00.mp4.',
      '..%2f..%2fetc%2fpasswd',
      '%2e%2e',
      'media.m3u8.mp4',
    ]) {
      expect((await fetch(new URL(name, url))).status, name).toBe(404);
    }
  });
});

test('a recording that nothing was written to for a while is idle, one that is on air is not', async () => {
  const rig = await startRecording();
  await rig.publishShow();
  const soon = Date.now() + 60_000;
  expect(await rig.recordings.idle(soon, 1_000)).toEqual([]);
  rig.media.end('play-k');
  await rig.recordings.settle();
  expect(await rig.recordings.idle(soon, 1_000)).toEqual(['play-k']);
  expect(await rig.recordings.idle(soon, 3_600_000)).toEqual([]);
});
