import { describe, expect, test } from 'vitest';
import { CatchUpController, type PlaybackReading } from './catch-up';

const calm: PlaybackReading = {
  nowMs: 10_000,
  currentTime: 100,
  bufferedTo: 100.5,
  nextBufferedFrom: null,
  liveEdge: 100.7,
  isPaused: false,
  isSeeking: false,
};

const controller = () =>
  new CatchUpController({
    targetBufferS: 0.5,
    hurryAboveS: 0.12,
    calmBelowS: 0.12,
    gentleRate: 1.05,
    fastestRate: 1.25,
    slowestRate: 0.95,
    jumpBehindS: 3,
    jumpPauseMs: 1500,
    stallPenaltyS: 0.25,
    longestPenaltyS: 1.5,
    penaltyFadesAfterMs: 15_000,
  });

describe('staying near the live edge', () => {
  test('plays at the normal speed while the buffer is what it should be', () => {
    expect(controller().tick(calm)).toEqual({ playbackRate: 1, seekTo: null });
    expect(controller().tick({ ...calm, bufferedTo: 100.6, liveEdge: 100.6 }).playbackRate).toBe(1);
  });

  test('hurries as soon as it is 0.12 s ahead of the target, and never more than 1.25 times', () => {
    const bit = controller().tick({ ...calm, bufferedTo: 100.7, liveEdge: 100.8 }).playbackRate;
    const much = controller().tick({ ...calm, bufferedTo: 103, liveEdge: 103 }).playbackRate;
    expect(bit).toBeGreaterThan(1);
    expect(bit).toBeLessThan(much);
    expect(much).toBe(1.25);
  });

  test('goes a little slower when the buffer runs low, so that it lasts until the next part', () => {
    expect(controller().tick({ ...calm, bufferedTo: 100.1 }).playbackRate).toBe(0.95);
    expect(controller().tick({ ...calm, bufferedTo: 100.2 }).playbackRate).toBeGreaterThan(0.95);
    expect(controller().tick({ ...calm, bufferedTo: 100.2 }).playbackRate).toBeLessThan(1);
  });

  test('jumps when it is more than three seconds behind, and lands the target away from the edge', () => {
    const { seekTo, playbackRate } = controller().tick({ ...calm, bufferedTo: 110, liveEdge: 110.2 });
    expect(playbackRate).toBe(1);
    expect(seekTo).toBeCloseTo(109.5);
  });

  test('jumps to where media will be when the edge ran away and nothing of it is loaded', () => {
    expect(controller().tick({ ...calm, bufferedTo: 100.4, liveEdge: 130 }).seekTo).toBeCloseTo(129.5);
  });

  test('gives a jump the time to land before the next one', () => {
    const player = controller();
    const far = { ...calm, bufferedTo: 110, liveEdge: 110 };
    expect(player.tick(far).seekTo).not.toBeNull();
    expect(player.tick({ ...far, nowMs: calm.nowMs + 500 }).seekTo).toBeNull();
    expect(player.tick({ ...far, nowMs: calm.nowMs + 2000 }).seekTo).not.toBeNull();
  });

  test('steps over the hole that a publisher leaves who was away', () => {
    const hole = { ...calm, bufferedTo: 100.02, nextBufferedFrom: 103.4, liveEdge: 104.2 };
    expect(controller().tick(hole).seekTo).toBeCloseTo(103.41);
  });

  test('leaves a paused or seeking player alone', () => {
    for (const state of [{ isPaused: true }, { isSeeking: true }]) {
      expect(controller().tick({ ...calm, ...state, bufferedTo: 120, liveEdge: 120 })).toEqual({
        playbackRate: 1,
        seekTo: null,
      });
    }
  });

  test('keeps more in hand after stalls, and trusts the line again when it was calm for a while', () => {
    const player = controller();
    player.stalled(1000);
    player.stalled(2000);
    expect(player.stalls).toBe(2);
    expect(player.targetS).toBeCloseTo(1);
    player.tick({ ...calm, nowMs: 10_000 });
    expect(player.targetS).toBeCloseTo(1);
    player.tick({ ...calm, nowMs: 18_000 });
    expect(player.targetS).toBeCloseTo(0.75);
    player.tick({ ...calm, nowMs: 34_000 });
    expect(player.targetS).toBeCloseTo(0.5);
  });

  test('never trades more than two seconds of nearness for calm', () => {
    const player = controller();
    for (let stall = 0; stall < 50; stall += 1) player.stalled(stall * 100);
    expect(player.targetS).toBeLessThanOrEqual(2);
  });

  test('a player that starts two seconds late is at the edge within ten seconds', () => {
    const player = controller();
    let currentTime = 98;
    let edge = 100;
    for (let nowMs = 0; nowMs < 10_000; nowMs += 100) {
      const { playbackRate, seekTo } = player.tick({
        ...calm,
        nowMs,
        currentTime,
        bufferedTo: edge,
        liveEdge: edge,
      });
      currentTime = (seekTo ?? currentTime) + playbackRate * 0.1;
      edge += 0.1;
    }
    expect(edge - currentTime).toBeLessThan(0.7);
    expect(edge - currentTime).toBeGreaterThan(0.3);
  });
});
