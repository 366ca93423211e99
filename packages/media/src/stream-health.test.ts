import { describe, expect, test } from 'vitest';
import { HealthMeter } from './stream-health.ts';

const frame = (timestampMs: number, isKeyFrame = false) => ({
  track: 'video',
  isKeyFrame,
  timestampMs,
  data: Buffer.alloc(1_000),
});

/** Counts frames as they come, each at its own time. */
function meterOf(timestampsMs: readonly number[]) {
  const meter = new HealthMeter();
  for (const timestampMs of timestampsMs)
    meter.count(timestampMs, frame(timestampMs, timestampMs % 1_000 === 0));
  return meter;
}
const steadily = (count: number, stepMs: number, fromMs = 0) =>
  Array.from({ length: count }, (_, i) => fromMs + i * stepMs);

describe('the figures of a stream', () => {
  test('are of the last five seconds', () => {
    const meter = meterOf(steadily(250, 40));
    expect(meter.rates(10_000)).toEqual({ bitsPerSecond: 200_000, framesPerSecond: 25, framesLost: 0 });
    expect(meter.rates(60_000)).toEqual({ bitsPerSecond: 0, framesPerSecond: 0, framesLost: 0 });
    expect(meter.keyFrameIntervalMs).toBe(1_000);
  });

  test('frames that the encoder left out are counted', () => {
    const holes = steadily(250, 40).filter((at) => at !== 6_040 && at !== 8_040 && at !== 8_080);
    expect(meterOf(holes).rates(10_000).framesLost).toBe(3);
  });

  test('timestamps in whole milliseconds and jitter lose nothing', () => {
    const jittered = steadily(300, 100 / 3).map((at, i) => Math.round(at + (i % 3)));
    expect(meterOf(jittered).rates(10_000).framesLost).toBe(0);
  });

  test('an encoder that halves its frame rate for good loses nothing for long', () => {
    const meter = meterOf([...steadily(250, 40), ...steadily(200, 80, 10_000)]);
    expect(meter.rates(26_000)).toMatchObject({ framesLost: 0 });
  });

  test('a pause, a step back and a wrap are no lost frames', () => {
    const meter = meterOf([...steadily(100, 40), ...steadily(50, 40, 9_000), ...steadily(20, 40, 8_000)]);
    expect(meter.rates(11_000).framesLost).toBe(0);
  });
});
