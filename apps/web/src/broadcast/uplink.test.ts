import { describe, expect, test } from 'vitest';
import { bitrateLimits, Uplink } from './uplink';

/** An uplink of a fixed speed with a camera before it, in steps of 100 ms; answers what happened in each. */
function simulate(
  uplink: Uplink,
  bitsPerSecondOf: (atMs: number) => number,
  forMs: number,
  /** What the encoder makes of its bitrate; a still picture needs less. */
  made = (bitsPerSecond: number) => bitsPerSecond,
) {
  let buffered = 0;
  let left = 0;
  let keyFrames = 0;
  const steps = [];
  for (let atMs = 0; atMs < forMs; atMs += 100) {
    if (uplink.mayEncode()) buffered += made(uplink.bitsPerSecond) / 80;
    const leaving = Math.min(buffered, bitsPerSecondOf(atMs) / 80);
    buffered -= leaving;
    left += leaving;
    uplink.observe(atMs, buffered, left);
    if (uplink.takeKeyFrameWish()) keyFrames += 1;
    steps.push({ atMs, bitsPerSecond: uplink.bitsPerSecond, buffered, state: uplink.state, keyFrames });
  }
  return steps;
}

describe('the bitrate of a broadcast', () => {
  test('stays at its most on a good uplink', () => {
    const steps = simulate(new Uplink(), () => 5_000_000, 20_000);
    expect(new Set(steps.map(({ bitsPerSecond }) => bitsPerSecond))).toEqual(new Set([bitrateLimits.most]));
    expect(steps.at(-1)?.state).toBe('good');
  });

  test.each([400_000, 800_000, 1_500_000])(
    'fits itself to an uplink of %i b/s within ten seconds',
    (speed) => {
      const steps = simulate(new Uplink(), () => speed, 60_000);
      const settled = steps.filter(({ atMs }) => atMs > 10_000);
      const mean = settled.reduce((sum, step) => sum + step.bitsPerSecond, 0) / settled.length;
      expect(mean).toBeGreaterThan(0.55 * speed);
      expect(mean).toBeLessThan(1.25 * speed);
      // Nobody waits long for what is under way.
      const waits = settled.map(({ buffered }) => (buffered * 8_000) / speed);
      expect(Math.max(...waits)).toBeLessThan(2_500);
    },
  );

  test('is judged by what the uplink carries, not by what the encoder was allowed', () => {
    const still = (bitsPerSecond: number) => Math.min(bitsPerSecond, 900_000);
    const steps = simulate(new Uplink(), () => 600_000, 60_000, still);
    const waits = steps.map(({ buffered }) => (buffered * 8_000) / 600_000);
    expect(Math.max(...waits)).toBeLessThan(1_500);
    expect(steps.some(({ state }) => state === 'behind')).toBe(false);
  });

  test('comes back slowly when the uplink does', () => {
    const steps = simulate(new Uplink(), (atMs) => (atMs < 10_000 ? 400_000 : 5_000_000), 120_000);
    const at = (atMs: number) => steps[atMs / 100]?.bitsPerSecond ?? 0;
    expect(at(10_000)).toBeLessThan(600_000);
    expect(at(20_000)).toBeLessThan(1_000_000);
    expect(at(119_900)).toBe(bitrateLimits.most);
  });

  test('an uplink that stands still leaves pictures out, and a key frame follows once it moves again', () => {
    const steps = simulate(new Uplink(), (atMs) => (atMs > 2_000 && atMs < 6_000 ? 0 : 3_000_000), 20_000);
    expect(steps.some(({ state }) => state === 'behind')).toBe(true);
    expect(Math.max(...steps.map(({ buffered }) => buffered))).toBeLessThan(600_000);
    expect(steps.at(-1)).toMatchObject({ keyFrames: 1 });
    expect(steps.at(-1)?.state).not.toBe('behind');
  });

  test('never leaves its limits', () => {
    const steps = simulate(new Uplink(), () => 10_000, 60_000);
    expect(Math.min(...steps.map(({ bitsPerSecond }) => bitsPerSecond))).toBe(bitrateLimits.least);
  });
});
