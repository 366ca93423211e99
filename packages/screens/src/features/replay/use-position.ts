import { useEffect, useState } from 'react';
import type { ReplayControls } from '../../platform/replay-player';

const checkEveryMs = 200;

/** Where the recording is, in seconds, followed while it plays and at once after a jump. */
export function usePosition(controls: ReplayControls | null): [number, (positionS: number) => void] {
  const [positionS, setPositionS] = useState(0);
  useEffect(() => {
    if (!controls) return;
    const timer = setInterval(() => setPositionS(controls.position()), checkEveryMs);
    return () => clearInterval(timer);
  }, [controls]);
  const seek = (wantedS: number) => {
    controls?.seek(wantedS);
    setPositionS(wantedS);
  };
  return [positionS, seek];
}
