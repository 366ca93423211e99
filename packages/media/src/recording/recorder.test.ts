import { expect, test } from 'vitest';
import type { Period } from '../cmaf/packager.ts';
import { Recorder } from './recorder.ts';
import type { SegmentToKeep } from './recording-writer.ts';

const period: Period = {
  video: null,
  audio: null,
  initSegment: Buffer.from('header'),
  framesPerSecond: null,
};

/** A disk that writes a segment when the test lets it. */
class SlowDisk {
  readonly written: { segment: SegmentToKeep; missingMs: number }[] = [];
  #gate = Promise.withResolvers<void>();

  letItWrite(): void {
    this.#gate.resolve();
  }

  async append(segment: SegmentToKeep, missingMs: number): Promise<void> {
    await this.#gate.promise;
    this.written.push({ segment, missingMs });
  }

  async close(): Promise<void> {}
}

function keep(recorder: Recorder, count: number): void {
  for (let nth = 0; nth < count; nth++) {
    recorder.beginSegment(nth * 1_000);
    recorder.addPart({ durationMs: 1_000, data: Buffer.alloc(100) });
    recorder.endSegment();
  }
}

test('a disk that stands still costs no more memory than the queue may hold, and the gap is noted where it is', async () => {
  const disk = new SlowDisk();
  const alerts: string[] = [];
  const recorder = new Recorder({
    openStore: async () => disk,
    queueBytes: 1_000,
    mayKeep: () => true,
    alert: (line) => alerts.push(line),
  });
  recorder.beginPeriod(period);
  keep(recorder, 500);
  expect(recorder.queuedBytes).toBeLessThanOrEqual(1_000);
  expect(alerts).toEqual(['the recording has a gap from here on: the disk is too slow']);
  disk.letItWrite();
  await expect.poll(() => recorder.queuedBytes).toBe(0);
  keep(recorder, 1);
  await recorder.finish();
  expect(disk.written).toHaveLength(11);
  expect(disk.written.map(({ missingMs }) => missingMs)).toEqual([...Array(10).fill(0), 490_000]);
  expect(disk.written.map(({ segment }) => segment.isDiscontinuous)).toEqual([
    true,
    ...Array(9).fill(false),
    true,
  ]);
  expect(alerts.at(-1)).toBe('the recording goes on after a gap');
});

test('a segment without parts is not recorded', async () => {
  const disk = new SlowDisk();
  disk.letItWrite();
  const recorder = new Recorder({
    openStore: async () => disk,
    queueBytes: 1_000,
    mayKeep: () => true,
    alert: () => {},
  });
  recorder.beginPeriod(period);
  recorder.beginSegment(0);
  recorder.endSegment();
  await recorder.finish();
  expect(disk.written).toEqual([]);
});
