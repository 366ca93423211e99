import type { BroadcastPreviewProps } from '@vybekart/screens';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { BroadcastSession } from './broadcast-session';

/** The camera's own picture: no server in between, no sound. */
export function Preview({ broadcast, label, testID }: BroadcastPreviewProps) {
  const element = useRef<HTMLVideoElement>(null);
  const { isMirrored } = useSyncExternalStore(broadcast.subscribe, broadcast.getView);
  const camera = useSyncExternalStore(broadcast.subscribe, () =>
    broadcast instanceof BroadcastSession ? broadcast.camera : null,
  );
  useEffect(() => {
    if (element.current) element.current.srcObject = camera;
  }, [camera]);
  return (
    <video
      ref={element}
      aria-label={label}
      data-testid={testID}
      autoPlay
      playsInline
      muted
      style={{
        width: '100%',
        height: '100%',
        objectFit: 'contain',
        transform: isMirrored ? 'scaleX(-1)' : undefined,
      }}
    />
  );
}
