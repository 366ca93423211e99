import { afterEach, expect, test, vi } from 'vitest';
import { armCrashPoint, crashPoint } from './crash-points.ts';

afterEach(() => vi.restoreAllMocks());

test('a crash point kills the process at its turn, and no other point does', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  armCrashPoint('refund_made:2');
  crashPoint('order_committed');
  crashPoint('refund_made');
  expect(kill).not.toHaveBeenCalled();
  crashPoint('refund_made');
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGKILL');
});

test('a point or a turn that does not exist is refused, so that no test waits for a crash in vain', () => {
  for (const wrong of ['', 'order', 'refund_made:0', 'refund_made:x']) {
    expect(() => armCrashPoint(wrong)).toThrow('there is no crash point');
  }
});
