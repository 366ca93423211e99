import type { PlaybackState, PlayerProps } from '@vybekart/screens';
import { useEffect, useRef } from 'react';
import { HlsSession } from './hls-session';
import { NativeSession } from './native-session';

/** The picture itself. hls.js comes with the first show that is opened, not with the app. */
export function Player({ url, muted, fit, label, testID, onState, onClock }: PlayerProps) {
  const element = useRef<HTMLVideoElement>(null);
  const callbacks = useRef({ onState, onClock });
  callbacks.current = { onState, onClock };

  useEffect(() => {
    const video = element.current;
    if (!video) return;
    let session: HlsSession | NativeSession | null = null;
    let isGone = false;
    const report = (state: PlaybackState) => {
      if (!isGone) callbacks.current.onState(state);
    };
    report('loading');
    import('hls.js/light').then(
      ({ default: Hls }) => {
        if (isGone) return;
        session = Hls.isSupported()
          ? new HlsSession({ video, url, Hls, onState: report })
          : new NativeSession({ video, url, onState: report });
        session.start();
        callbacks.current.onClock(session);
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
      autoPlay
      playsInline
      disablePictureInPicture
      style={{ position: 'absolute', inset: 0, width: '100%', height: '100%', objectFit: fit }}
    />
  );
}
