import type { ReplayPlayerProps, ReplayState } from '@vybekart/screens';
import { useEffect, useRef } from 'react';
import { loadHls } from './prepare-show';
import { ReplaySession } from './replay-session';
import { VideoElement } from './video-element';

/** A recording. hls.js comes with the first show that is opened, not with the app. */
export function ReplayPlayer({ url, onState, onControls, ...look }: ReplayPlayerProps) {
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
    loadHls().then(
      (Hls) => {
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

  return <VideoElement {...look} element={element} />;
}
