import type { Part, Segment, SegmentWindow } from './segment-window.ts';

/** EXT-X-MAP needs version 6, EXT-X-SKIP version 9 (RFC 8216bis section 8). */
const VERSION = 6;
const DELTA_VERSION = 9;
/** Complete segments whose parts are listed; older ones are fetched whole. */
const SEGMENTS_WITH_PARTS = 2;

/** The least skip boundary that RFC 8216bis 4.4.3.8 allows, in target durations; below 12 s nothing is won by it. */
const SKIP_BOUNDARY_TARGETS = 6;
const LEAST_SKIP_BOUNDARY_S = 12;

export interface MediaPlaylistOptions {
  /** PART-HOLD-BACK in part targets: at least 3 (RFC 8216bis 4.4.3.8). */
  partHoldBack: number;
  /** A delta update (6.2.5.1) instead of the whole. Ignored where none is offered. */
  isDelta: boolean;
  /** Every part can be played by itself, as sound can. */
  isAudio: boolean;
  /** The other renditions of the stream, by the address of their playlist. */
  others: readonly { uri: string; window: SegmentWindow }[];
}

/**
 * Renders the media playlist of a stream that has its timing (RFC 8216bis section 4). URIs are relative to the
 * session's folder.
 */
export function renderMediaPlaylist(window: SegmentWindow, options: MediaPlaylistOptions): string {
  const { timing, listed, open, isEnded } = window;
  if (!timing) throw new Error('a playlist needs its timing');
  const listedS = listed.reduce((ms, segment) => ms + segment.durationMs, 0) / 1_000;
  const skipBoundaryS = Math.max(LEAST_SKIP_BOUNDARY_S, SKIP_BOUNDARY_TARGETS * timing.targetDurationS);
  const offersDelta = !isEnded && listedS > skipBoundaryS + timing.targetDurationS;
  const skipped = options.isDelta && offersDelta ? skippable(listed, skipBoundaryS) : 0;

  const partTargetS = timing.partTargetMs / 1_000;
  const control = [
    'CAN-BLOCK-RELOAD=YES',
    ...(offersDelta ? [`CAN-SKIP-UNTIL=${seconds(skipBoundaryS)}`] : []),
    `PART-HOLD-BACK=${seconds(partTargetS * options.partHoldBack)}`,
  ];
  const lines = [
    '#EXTM3U',
    `#EXT-X-VERSION:${skipped > 0 ? DELTA_VERSION : VERSION}`,
    `#EXT-X-TARGETDURATION:${timing.targetDurationS}`,
    `#EXT-X-SERVER-CONTROL:${control.join(',')}`,
    `#EXT-X-PART-INF:PART-TARGET=${seconds(partTargetS)}`,
    ...sequenceLines(listed[0] ?? open, window),
  ];
  if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`);

  let previous: Segment | null = listed[skipped - 1] ?? null;
  for (const [i, segment] of listed.entries()) {
    if (i < skipped) continue;
    lines.push(...headLines(segment, previous));
    if (i >= listed.length - SEGMENTS_WITH_PARTS) lines.push(...partLines(segment, options));
    lines.push(`#EXTINF:${seconds(segment.durationMs / 1_000)},`, segmentUri(segment.msn));
    previous = segment;
  }
  if (open && open.parts.length > 0) lines.push(...headLines(open, previous), ...partLines(open, options));
  lines.push(
    isEnded
      ? '#EXT-X-ENDLIST'
      : `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${partUri(window.edgeMsn, open?.parts.length ?? 0)}"`,
  );
  if (!isEnded) lines.push(...options.others.map(reportLine));
  return `${lines.join('\n')}\n`;
}

/** Where another rendition stands, so that a player that changes to it need not ask twice (RFC 8216bis 4.4.5.4). */
function reportLine({ uri, window }: { uri: string; window: SegmentWindow }): string {
  const { listed, open } = window;
  const last = open && open.parts.length > 0 ? open : listed.at(-1);
  return `#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${last?.msn ?? 0},LAST-PART=${(last?.parts.length ?? 1) - 1}`;
}

function segmentUri(msn: number): string {
  return `s${msn}.m4s`;
}

function partUri(msn: number, index: number): string {
  return `p${msn}.${index}.m4s`;
}

function initUri(periodIndex: number): string {
  return `init${periodIndex}.mp4`;
}

/** How many of the oldest segments lie wholly before the skip boundary. */
function skippable(listed: readonly Segment[], skipBoundaryS: number): number {
  let fromEndMs = 0;
  let count = listed.length;
  while (count > 0 && fromEndMs < skipBoundaryS * 1_000) {
    count--;
    fromEndMs += listed[count]?.durationMs ?? 0;
  }
  return count;
}

function sequenceLines(first: Segment | null, window: SegmentWindow): string[] {
  // The first segment's own EXT-X-DISCONTINUITY is still listed and counts when it is read.
  const before = first ? first.discontinuities - (first.isDiscontinuous ? 1 : 0) : 0;
  return [`#EXT-X-MEDIA-SEQUENCE:${first?.msn ?? window.edgeMsn}`, `#EXT-X-DISCONTINUITY-SEQUENCE:${before}`];
}

/** The tags that apply to a segment and, if it is new, its header; they come before its parts (4.4.4.9). */
function headLines(segment: Segment, previous: Segment | null): string[] {
  const lines: string[] = [];
  if (segment.isDiscontinuous) lines.push('#EXT-X-DISCONTINUITY');
  if (previous?.periodIndex !== segment.periodIndex) {
    lines.push(`#EXT-X-MAP:URI="${initUri(segment.periodIndex)}"`);
  }
  lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.dateMs).toISOString()}`);
  return lines;
}

function partLines(segment: Segment, { isAudio }: MediaPlaylistOptions): string[] {
  return segment.parts.map((part: Part, index) => {
    const independent = part.isIndependent || isAudio ? ',INDEPENDENT=YES' : '';
    return `#EXT-X-PART:DURATION=${seconds(part.durationMs / 1_000)},URI="${partUri(segment.msn, index)}"${independent}`;
  });
}

function seconds(value: number): string {
  return value.toFixed(5).replace(/\.?0+$/, '');
}
