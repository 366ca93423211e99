import type { ReplayPlayerProps, ReplayState } from '@vybekart/screens';
import { useEffect, useRef } from 'react';
import { ReplaySession } from './replay-session';

/** A recording. hls.js comes with the first show that is opened, not with the app. */
export function ReplayPlayer({ url, muted, fit, label, testID, onState, onControls }: ReplayPlayerProps) {
  const element = useRef<HTMLVideoElement>(null);
  const callbacks = useRef({ onState, onControls });
  callbacks.current = { onState, onControls };

  useEffect(() => {
    const video = element.current;
    if (!video) return;
    let session: ReplaySession | null = null;
    let isGone = false;
    const report = (state: ReplayState) => {
      if (!isGone) callbacks.current.onState(state);
    };
    report('loading');
    import('hls.js/light').then(
      ({ default: Hls }) => {
        if (isGone) return;
        session = new ReplaySession({ video, url, Hls, onState: report });
        session.start();
        callbacks.current.onControls(session);
      },
      () => report('unavailable'),
    );
    return () => {
      isGone = true;
      session?.destroy();
    };
  }, [url]);

  // React writes `muted` as an attribute only once; sound needs the property.
  useEffect(() => {
    if (element.current) element.current.muted = muted;
  }, [muted]);

  return (
    <video
      ref={element}
      data-testid={testID}
      aria-label={label}
      muted
      playsInline
      disablePictureInPicture
      style={{ position: 'absolute', inset: 0, width: '100%', height: '100%', objectFit: fit }}
    />
  );
}
