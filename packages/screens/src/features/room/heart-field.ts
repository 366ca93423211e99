import { useCallback, useEffect, useRef, useState } from 'react';
import { useReducedMotion } from '../../ui/use-reduced-motion';
import { useRoomValue } from './room-context';

/** One heart on its way up; `drift` picks its path, `lane` where it starts (0 to 1). */
export interface FlyingHeart {
  id: number;
  drift: 0 | 1 | 2;
  lane: number;
  tint: number;
  sizePx: number;
  delayMs: number;
}

export const heartFlightMs = 2400;
const mostAlive = 36;
const mostPerBurst = 8;

/** Hearts in the air: our own taps at once, other people's bursts as the room tells of them. */
export function useHeartField(): { hearts: readonly FlyingHeart[]; release(count: number): void } {
  const [hearts, setHearts] = useState<readonly FlyingHeart[]>([]);
  const nextId = useRef(0);
  const isStill = useReducedMotion();
  const burst = useRoomValue((view) => view.hearts);

  const release = useCallback(
    (count: number) => {
      if (isStill || count <= 0) return;
      const fresh = Array.from({ length: Math.min(count, mostPerBurst) }, (_, index) => {
        nextId.current += 1;
        return makeHeart(nextId.current, index);
      });
      setHearts((before) => [...before, ...fresh].slice(-mostAlive));
    },
    [isStill],
  );

  const seenBurst = useRef(burst.burst);
  useEffect(() => {
    if (burst.burst === seenBurst.current) return;
    seenBurst.current = burst.burst;
    release(burst.count);
  }, [burst, release]);

  useEffect(() => {
    if (hearts.length === 0) return;
    const timer = setTimeout(() => setHearts([]), heartFlightMs + 900);
    return () => clearTimeout(timer);
  }, [hearts]);

  return { hearts, release };
}

/** Spread by its number, so that neighbours differ and a test can tell what comes. */
export function makeHeart(id: number, index: number): FlyingHeart {
  return {
    id,
    drift: (id % 3) as FlyingHeart['drift'],
    lane: ((id * 37) % 100) / 100,
    tint: id % 5,
    sizePx: 24 + ((id * 13) % 14),
    delayMs: index * 90,
  };
}
