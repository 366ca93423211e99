import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LiveEdge } from '../src/player/live-edge.ts';

/** A second of watching: `ahead` seconds are loaded, the picture lies `behind` the newest media. */
function watch(edge: LiveEdge, { atS, ahead, behind = ahead, clockError = 0.3 }: Facts) {
  const position = 100 + atS;
  return edge.read({
    nowMs: atS * 1000,
    position,
    bufferedTo: position + ahead,
    behindClock: behind + clockError,
  });
}

interface Facts {
  atS: number;
  ahead: number;
  behind?: number;
  clockError?: number;
}

const normal = { kind: 'play', rate: 1 };
const faster = { kind: 'play', rate: 1.1 };

describe('the distance to the live edge', () => {
  test('stays as it is up to 1.7 s, and is caught up to 1.2 s when it is more', () => {
    const edge = new LiveEdge();
    const rates = [1, 1.6, 1.8, 1.5, 1.25, 1.1, 1.6].map((ahead, atS) => watch(edge, { atS, ahead }));
    assert.deepEqual(rates, [normal, normal, faster, faster, faster, normal, normal]);
  });

  test('is measured rightly by a device whose clock is an hour wrong', () => {
    for (const clockError of [3600, -3600]) {
      const edge = new LiveEdge();
      assert.deepEqual(watch(edge, { atS: 0, ahead: 1, clockError }), normal);
      assert.deepEqual(watch(edge, { atS: 1, ahead: 1, clockError }), normal);
      assert.equal(edge.behind?.toFixed(3), '1.000');
    }
  });

  test('is known without program dates by what is loaded', () => {
    const edge = new LiveEdge();
    edge.read({ nowMs: 0, position: 10, bufferedTo: 12.5, behindClock: null });
    assert.equal(edge.behind, 2.5);
  });

  test('is skipped within what is loaded after a long pause', () => {
    const edge = new LiveEdge();
    watch(edge, { atS: 0, ahead: 1 });
    assert.deepEqual(watch(edge, { atS: 1, ahead: 9 }), { kind: 'seek', bySeconds: 8 });
  });

  test('is skipped by opening the stream anew when the network fell behind, once in 8 s', () => {
    const edge = new LiveEdge();
    watch(edge, { atS: 0, ahead: 1 });
    assert.deepEqual(watch(edge, { atS: 1, ahead: 0.4, behind: 6 }), { kind: 'reload' });
    assert.deepEqual(watch(edge, { atS: 8, ahead: 0.4, behind: 7 }), normal);
    assert.deepEqual(watch(edge, { atS: 10, ahead: 0.4, behind: 8 }), { kind: 'reload' });
  });

  test('never makes the player run faster than it loads', () => {
    const edge = new LiveEdge();
    watch(edge, { atS: 0, ahead: 1 });
    assert.deepEqual(watch(edge, { atS: 1, ahead: 0.5, behind: 4 }), normal);
  });

  test('may be half a second longer for 20 s after each stall', () => {
    const edge = new LiveEdge();
    watch(edge, { atS: 0, ahead: 1 });
    edge.stalled(1000);
    assert.deepEqual(watch(edge, { atS: 2, ahead: 2.1 }), normal);
    assert.deepEqual(watch(edge, { atS: 22, ahead: 2.1 }), faster);
  });
});
