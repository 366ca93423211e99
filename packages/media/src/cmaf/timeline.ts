import type { TrackKind } from '../shared/media.ts';

/** A step back that is still taken for disorder rather than for a new clock. */
const DISORDER_MS = 100;
/** How far ahead of everything seen a frame may be before time that nobody filled is left out. */
const GAP_BOTH_TRACKS_MS = 200;
const GAP_ONE_TRACK_MS = 1_000;
/** How far a track may start behind the other one. */
const LATE_TRACK_MS = 5_000;

interface TrackTime {
  /** Last timestamp of the publisher, unwrapped. */
  source: number;
  /** Last time on our timeline. */
  placed: number;
  /** Last step between two frames. */
  stepMs: number;
}

/**
 * Maps a publisher's millisecond timestamps to one continuous timeline. Both tracks share one offset, so
 * their distance is kept. A jump - a publisher's clock that was reset, a hole in both tracks - moves the
 * offset, so that the timeline goes on where it stood; frames still stamped by the old clock are placed by the
 * old offset. Timestamps wrap at 2^32.
 */
export class Timeline {
  readonly #tracks: Partial<Record<TrackKind, TrackTime>> = {};
  #offset: number | null = null;
  #previousOffset = 0;
  #startMs: number;
  /** How often the offset had to move. */
  jumps = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /**
   * The frame's time in milliseconds. Strictly later than the one before on its track, at or after the start
   * except for a track that began before the first frame placed.
   */
  place(track: TrackKind, timestampMs: number): number {
    const source = this.#unwrap(track, timestampMs);
    this.#offset ??= this.#startMs - source;
    const own = this.#tracks[track];
    let placed = source + this.#offset;
    if (!this.#isPlausible(own, placed)) {
      const byPreviousOffset = source + this.#previousOffset;
      if (this.jumps > 0 && this.#isPlausible(own, byPreviousOffset)) placed = byPreviousOffset;
      else placed = this.#jump(source, own);
    }
    if (own && placed <= own.placed) placed = own.placed + 1;
    this.#tracks[track] = { source, placed, stepMs: own ? placed - own.placed : 0 };
    return placed;
  }

  #unwrap(track: TrackKind, timestampMs: number): number {
    const last = this.#tracks[track]?.source ?? this.#tracks[track === 'video' ? 'audio' : 'video']?.source;
    return last === undefined ? timestampMs : last + ((timestampMs - last) | 0);
  }

  #isPlausible(own: TrackTime | undefined, placed: number): boolean {
    const newest = this.#newest();
    if (newest === null) return true;
    if (own ? placed - own.placed < -DISORDER_MS : newest - placed > LATE_TRACK_MS) return false;
    const hasBothTracks = this.#tracks.video !== undefined && this.#tracks.audio !== undefined;
    return placed - newest <= (hasBothTracks ? GAP_BOTH_TRACKS_MS : GAP_ONE_TRACK_MS);
  }

  #newest(): number | null {
    const { video, audio } = this.#tracks;
    if (!video && !audio) return null;
    return Math.max(video?.placed ?? 0, audio?.placed ?? 0);
  }

  #jump(source: number, own: TrackTime | undefined): number {
    const placed = Math.max(own ? own.placed + own.stepMs : 0, this.#newest() ?? 0);
    this.#previousOffset = this.#offset ?? 0;
    this.#offset = placed - source;
    this.jumps++;
    return placed;
  }
}
