import { encodeInitSegment } from '../cmaf/init-segment.ts';
import type { Period } from '../cmaf/packager.ts';
import { audioFragmentOf } from '../cmaf/read-run.ts';
import type { Part, SegmentWindow } from './segment-window.ts';

/** One way to get a stream, with a playlist and media of its own below a folder of the session. */
export interface Rendition {
  /** Empty for what the publisher sends. */
  readonly folder: string;
  readonly window: SegmentWindow;
  /** Whether it can be played now. */
  readonly isThere: boolean;
  /** Sound only: every part can be played by itself. */
  readonly isAudio: boolean;
  header(period: Period): Buffer;
  media(part: Part): Buffer;
}

/** Audio and video as they come from the publisher. */
export function sourceRendition(window: SegmentWindow): Rendition {
  return pictures('', window, () => window.isPlayable);
}

/** A smaller picture of it, that began while the show was on. */
export function rungRendition(folder: string, window: SegmentWindow): Rendition {
  return pictures(folder, window, () => window.isLong);
}

function pictures(folder: string, window: SegmentWindow, isThere: () => boolean): Rendition {
  return {
    folder,
    window,
    get isThere() {
      return isThere();
    },
    isAudio: false,
    header: (period) => period.initSegment,
    media: (part) => part.data,
  };
}

/**
 * The sound of another rendition: the same segments and parts without their pictures. It is cut out when somebody asks
 * for it, once for all of them, so that a stream that nobody only listens to pays nothing. There is none while a
 * listed period lacks sound, or has nothing but sound.
 */
export function audioRendition(window: SegmentWindow): Rendition {
  const cut = new WeakMap<object, Buffer>();
  const once = (key: object, make: () => Buffer) => {
    const known = cut.get(key) ?? make();
    cut.set(key, known);
    return known;
  };
  return {
    folder: 'audio',
    window,
    get isThere() {
      return (
        window.isPlayable && window.periods.every(({ video, audio }) => video !== null && audio !== null)
      );
    },
    isAudio: true,
    header: (period) => once(period, () => encodeInitSegment(null, period.audio)),
    media: (part) => once(part, () => audioFragmentOf(part.data)),
  };
}
