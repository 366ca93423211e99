import { fileURLToPath } from 'node:url';

/** Five seconds of H.264 with B-frames and AAC; its README tells how it was made. */
export const showClip = fileURLToPath(
  new URL('../../../../packages/media/test/fixtures/show.flv', import.meta.url),
);
