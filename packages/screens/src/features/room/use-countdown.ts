import { useEffect, useState } from 'react';

/** Seconds left until a moment of this device's clock, counted down; 0 when it is over or null. */
export function useCountdown(untilMs: number | null): number {
  const [nowMs, setNowMs] = useState(Date.now);
  const secondsLeft = untilMs === null ? 0 : Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
  const isRunning = secondsLeft > 0;
  useEffect(() => {
    setNowMs(Date.now());
    if (untilMs === null || untilMs <= Date.now()) return;
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [untilMs]);
  return isRunning ? secondsLeft : 0;
}

/** `0:42`, `12:05`, `1:00:00`. */
export function clockTime(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const padded = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${padded}` : `${minutes}:${padded}`;
}
