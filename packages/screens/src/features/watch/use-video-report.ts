import { useEffect, useState } from 'react';
import type { PlaybackClock, PlaybackState } from '../../platform/player';
import { useRoom } from '../room/room-context';

const reportEveryMs = 5000;
const slowAfterMs = 2500;
const slowLatencyMs = 6000;

/** Tells the room how the video does, and the screen when it does badly. */
export function useVideoReport(clock: PlaybackClock | null, playback: PlaybackState): boolean {
  const room = useRoom();
  const [isLate, setIsLate] = useState(false);
  const [isStalled, setIsStalled] = useState(false);

  useEffect(() => {
    if (!clock) return;
    const timer = setInterval(() => {
      const latencyMs = clock.latencyMs();
      const firstFrameMs = clock.firstFrameMs();
      setIsLate(latencyMs !== null && latencyMs > slowLatencyMs);
      room.reportVideo({
        stalls: clock.stalls(),
        ...(firstFrameMs === null ? {} : { firstFrameMs: Math.round(firstFrameMs) }),
        ...(latencyMs === null ? {} : { videoLatencyMs: Math.max(0, Math.round(latencyMs)) }),
      });
    }, reportEveryMs);
    return () => clearInterval(timer);
  }, [room, clock]);

  useEffect(() => {
    setIsStalled(false);
    if (playback !== 'stalled') return;
    const timer = setTimeout(() => setIsStalled(true), slowAfterMs);
    return () => clearTimeout(timer);
  }, [playback]);

  return isLate || isStalled;
}
