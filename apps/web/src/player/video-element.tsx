import { type RefObject, useEffect } from 'react';

interface Props {
  element: RefObject<HTMLVideoElement | null>;
  muted: boolean;
  fit: 'cover' | 'contain';
  label: string;
  testID?: string;
}

/** The browser's own element, on the whole of its parent. */
export function VideoElement({ element, muted, fit, label, testID }: Props) {
  // React writes `muted` as an attribute only once; sound needs the property.
  useEffect(() => {
    if (element.current) element.current.muted = muted;
  }, [element, muted]);
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
