import { type PinnedProduct, pinsAt } from '@vybekart/client';
import { useEffect, useState } from 'react';
import type { PlaybackClock } from '../../platform/player';
import { useRoom } from './room-context';

const checkEveryMs = 100;

/**
 * The pins that belong to the picture on screen; the newest ones while the player does not know its time. While a
 * picture is awaited, those that belong to a moment of the video wait with it.
 */
export function useTimedPins(clock: PlaybackClock | null, awaitsPicture: boolean): readonly PinnedProduct[] {
  const room = useRoom();
  const [pins, setPins] = useState<readonly PinnedProduct[]>([]);
  useEffect(() => {
    const update = () => {
      const playingAtMs = clock?.playingDate() ?? (awaitsPicture ? 0 : null);
      setPins(pinsAt(room.getSnapshot(), playingAtMs === null ? null : new Date(playingAtMs)));
    };
    update();
    const timer = setInterval(update, checkEveryMs);
    const unsubscribe = room.subscribe(update);
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, [room, clock, awaitsPicture]);
  return pins;
}
