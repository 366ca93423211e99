import { type PinnedProduct, pinsAt } from '@vybekart/client';
import { useEffect, useState } from 'react';
import type { PlaybackClock } from '../../platform/player';
import { type Picture, PictureMoment } from './picture-moment';
import { useRoom } from './room-context';

const checkEveryMs = 100;

/**
 * The pins that belong to the picture on screen; the newest ones where the player never knows its time. While a
 * picture is awaited, those that belong to a moment of the video wait with it.
 */
export function useTimedPins(clock: PlaybackClock | null, picture: Picture): readonly PinnedProduct[] {
  const room = useRoom();
  const [moment] = useState(() => new PictureMoment());
  const [pins, setPins] = useState<readonly PinnedProduct[]>([]);
  useEffect(() => {
    const update = () => {
      const playingAtMs = moment.at(picture, clock?.playingDate() ?? null, performance.now());
      setPins(pinsAt(room.getSnapshot(), playingAtMs === null ? null : new Date(playingAtMs)));
    };
    update();
    const timer = setInterval(update, checkEveryMs);
    const unsubscribe = room.subscribe(update);
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, [room, clock, moment, picture]);
  return pins;
}
