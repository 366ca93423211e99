import { randomBytes } from 'node:crypto';
import type { PackagerOutput, Period } from '../cmaf/packager.ts';
import type { PlaylistTiming } from '../cmaf/part-timing.ts';

export interface Part {
  durationMs: number;
  isIndependent: boolean;
  data: Buffer;
}

export interface Segment {
  /** Media sequence number. */
  readonly msn: number;
  readonly dateMs: number;
  /** Number of its period, counted from the start of the stream. */
  readonly periodIndex: number;
  /** How many discontinuities precede it since the stream began, its own included. */
  readonly discontinuities: number;
  readonly isDiscontinuous: boolean;
  readonly parts: Part[];
  durationMs: number;
}

/**
 * The last seconds of one stream, in memory: the segments a playlist lists, those it no longer lists but must
 * still serve (RFC 8216bis 6.2.2), and the one being filled. Part data is immutable and shared by every
 * response. One session has one random id in its URIs, so that a URI never changes its content.
 */
export class SegmentWindow implements PackagerOutput {
  readonly sessionId: string;
  readonly #windowMs: number;
  readonly #onChange: () => void;
  #timing: PlaylistTiming | null = null;
  readonly #periods = new Map<number, Period>();
  #periodCount = 0;
  #segments: Segment[] = [];
  /** The segment that takes parts; its first part makes it visible. */
  #open: Segment | null = null;
  #nextMsn = 0;
  #discontinuities = 0;
  #isDiscontinuousNext = false;
  #isEnded = false;
  /** Grows with every change that a playlist shows. */
  version = 0;

  /** `alongside`: begins with the segment that this one has open, under its numbers and below its session. */
  constructor(windowMs: number, onChange: () => void, alongside?: SegmentWindow) {
    this.#windowMs = windowMs;
    this.#onChange = onChange;
    this.sessionId = alongside?.sessionId ?? randomBytes(9).toString('base64url');
    if (!alongside?.open) return;
    this.#nextMsn = alongside.open.msn;
    this.#periodCount = alongside.open.periodIndex;
    this.#discontinuities = alongside.open.discontinuities;
  }

  beginPeriod(period: Period, timing: PlaylistTiming): void {
    this.#timing = timing;
    this.#isDiscontinuousNext = this.#periods.size > 0;
    this.#periods.set(this.#periodCount++, period);
  }

  beginSegment(dateMs: number): void {
    this.endSegment();
    if (this.#isDiscontinuousNext) this.#discontinuities++;
    this.#open = {
      msn: this.#nextMsn++,
      dateMs,
      periodIndex: this.#periodCount - 1,
      discontinuities: this.#discontinuities,
      isDiscontinuous: this.#isDiscontinuousNext,
      parts: [],
      durationMs: 0,
    };
    this.#isDiscontinuousNext = false;
  }

  addPart(part: Part): void {
    this.#open?.parts.push(part);
    this.version++;
  }

  endSegment(): void {
    const segment = this.#open;
    this.#open = null;
    if (!segment) return;
    if (segment.parts.length === 0) {
      this.#takeBack(segment);
      return;
    }
    segment.durationMs = segment.parts.reduce((ms, part) => ms + part.durationMs, 0);
    this.#segments.push(segment);
    this.version++;
    this.#dropOld();
  }

  /** Nothing follows: the playlist ends. */
  end(): void {
    this.endSegment();
    this.#isEnded = true;
    this.version++;
  }

  /** Tells the listener, once per batch of changes, so that nobody sees half a change. */
  publish(): void {
    this.#onChange();
  }

  get timing(): PlaylistTiming | null {
    return this.#timing;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** A player can start: there is a whole segment. */
  get isPlayable(): boolean {
    return this.#segments.length > 0;
  }

  /** So long that its playlist may begin in the middle of a show (RFC 8216bis 6.2.2). */
  get isLong(): boolean {
    const heldMs = this.#segments.reduce((ms, segment) => ms + segment.durationMs, 0);
    return this.isPlayable && heldMs >= 3_000 * (this.#timing?.targetDurationS ?? 0);
  }

  get currentPeriod(): Period | null {
    return this.#periods.get(this.#periodCount - 1) ?? null;
  }

  get open(): Segment | null {
    return this.#open;
  }

  /** Complete segments that the playlist lists, oldest first. */
  get listed(): readonly Segment[] {
    let listedMs = 0;
    let first = this.#segments.length;
    const leastMs = Math.max(this.#windowMs, 3_000 * (this.#timing?.targetDurationS ?? 0));
    while (first > 0 && listedMs < leastMs) {
      first--;
      listedMs += this.#segments[first]?.durationMs ?? 0;
    }
    return this.#segments.slice(first);
  }

  /** Media sequence number of the segment that takes, or will take, the next part. */
  get edgeMsn(): number {
    return this.#open?.msn ?? this.#nextMsn;
  }

  /** Media sequence number of the oldest segment that can still be fetched. */
  get oldestMsn(): number {
    return this.#segments[0]?.msn ?? this.edgeMsn;
  }

  segment(msn: number): Segment | null {
    if (this.#open?.msn === msn) return this.#open;
    return this.#segments.find((segment) => segment.msn === msn) ?? null;
  }

  period(index: number): Period | null {
    return this.#periods.get(index) ?? null;
  }

  /** Those of the media held, oldest first. */
  get periods(): readonly Period[] {
    return [...this.#periods.values()];
  }

  /** Bytes of media held. */
  get bytes(): number {
    return [...this.#segments, ...(this.#open ? [this.#open] : [])]
      .flatMap((segment) => segment.parts)
      .reduce((bytes, part) => bytes + part.data.length, 0);
  }

  /** A segment without parts was never seen: the next one takes its number and its place. */
  #takeBack(segment: Segment): void {
    this.#nextMsn = segment.msn;
    if (!segment.isDiscontinuous) return;
    this.#discontinuities--;
    this.#isDiscontinuousNext = true;
  }

  /**
   * A listed segment leaves the playlist after the window and must be had for its own length more; a part must
   * be had for three target durations after it is last listed (RFC 8216bis 6.2.2).
   */
  #dropOld(): void {
    const targetMs = 1_000 * (this.#timing?.targetDurationS ?? 0);
    const keptMs = Math.max(this.#windowMs, 3 * targetMs) + 3 * targetMs;
    let newerMs = 0;
    let first = this.#segments.length;
    while (first > 0 && newerMs < keptMs) {
      first--;
      newerMs += this.#segments[first]?.durationMs ?? 0;
    }
    this.#segments.splice(0, first);
    const oldestPeriod = this.#segments[0]?.periodIndex ?? 0;
    for (const index of this.#periods.keys()) if (index < oldestPeriod) this.#periods.delete(index);
  }
}
