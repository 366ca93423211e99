import type { PlayerProps } from '@vybekart/screens';
import { useEffect, useRef } from 'react';
import { tapMs } from '../navigation';
import type { LiveSession } from './live-session';
import { openSession } from './open-session';
import { VideoElement } from './video-element';

/** The picture itself, at the live edge. */
export function Player({ url, format, choice, onState, onClock, ...look }: PlayerProps) {
  const element = useRef<HTMLVideoElement>(null);
  const session = useRef<LiveSession | null>(null);
  const latest = useRef({ choice, onState, onClock });
  latest.current = { choice, onState, onClock };

  useEffect(() => {
    const video = element.current;
    if (!video) return;
    const startedMs = tapMs();
    let isGone = false;
    const report = (state: Parameters<typeof onState>[0]) => {
      if (!isGone) latest.current.onState(state);
    };
    report('loading');
    openSession({ video, url, format, startedMs, choice: latest.current.choice, onState: report }).then(
      (opened) => {
        if (isGone) return;
        session.current = opened;
        opened.start();
        opened.choose(latest.current.choice);
        latest.current.onClock(opened);
      },
      () => report('unavailable'),
    );
    return () => {
      isGone = true;
      session.current?.destroy();
      session.current = null;
    };
  }, [url, format]);

  useEffect(() => session.current?.choose(choice), [choice]);

  return <VideoElement {...look} element={element} />;
}
