import { afterEach, expect, test, vi } from 'vitest';
import { chooseCrashPoint, crashPoint } from './crash-points.ts';

afterEach(() => vi.restoreAllMocks());

test('a crash point kills the process at its turn, counted from when the test says so, and no other point does', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const startCounting = chooseCrashPoint('stripe_call:2');
  crashPoint('stripe_call');
  startCounting();
  crashPoint('commit');
  crashPoint('stripe_call');
  expect(kill).not.toHaveBeenCalled();
  crashPoint('stripe_call');
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGKILL');
});

test('a point or a turn that does not exist is refused, so that no test waits for a crash in vain', () => {
  for (const wrong of ['', 'order:1', 'commit', 'commit:0', 'commit:x']) {
    expect(() => chooseCrashPoint(wrong)).toThrow('there is no crash point');
  }
});
