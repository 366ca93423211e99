import { type ListedPart, type ListedSegment, type ReadPlaylist, readPlaylist } from './playlist-reader.ts';

/** Durations are printed to 10 microseconds. */
const EPSILON = 0.0001;

/**
 * Holds a sequence of media playlists, as one client fetches them, against the rules of RFC 8216bis. Each
 * method throws with the rule that is broken. Delta updates are checked for what they contain only.
 */
export class PlaylistValidator {
  #previous: ReadPlaylist | null = null;
  readonly #durations = new Map<string, number>();

  check(text: string): ReadPlaylist {
    const playlist = readPlaylist(text);
    if (playlist.type === null) checkHead(playlist);
    else checkRecording(playlist);
    for (const [i, segment] of playlist.segments.entries()) {
      checkSegment(playlist, segment, playlist.segments[i - 1]);
    }
    checkLength(playlist);
    checkEnd(playlist);
    checkReports(playlist);
    this.#checkUris(playlist);
    if (this.#previous && playlist.skipped === 0) checkSuccession(this.#previous, playlist);
    if (playlist.skipped === 0) this.#previous = playlist;
    return playlist;
  }

  /** 4.4.4 and 6.2.1: what a URI stands for never changes. */
  #checkUris(playlist: ReadPlaylist): void {
    for (const segment of playlist.segments) {
      for (const { uri: name, duration } of [segment, ...segment.parts]) {
        if (name === null || duration === null) continue;
        const uri = segment.byteRange ? `${name}#${segment.byteRange.offset}` : name;
        const known = this.#durations.get(uri);
        rule(known === undefined || known === duration, `${uri} was ${known} s and is ${duration} s (6.2.1)`);
        this.#durations.set(uri, duration);
      }
    }
  }
}

function rule(holds: boolean, broken: string): void {
  if (!holds) throw new Error(`playlist breaks RFC 8216bis: ${broken}`);
}

function checkHead(playlist: ReadPlaylist): void {
  const { targetDuration, partTarget, partHoldBack, version, canSkipUntil, skipped } = playlist;
  rule(
    Number.isInteger(targetDuration) && targetDuration > 0,
    'EXT-X-TARGETDURATION is an integer (4.4.3.1)',
  );
  rule(partTarget > 0 && partTarget <= targetDuration, 'PART-TARGET is there (4.4.3.7)');
  rule(partHoldBack >= 3 * partTarget - EPSILON, 'PART-HOLD-BACK is at least three part targets (4.4.3.8)');
  rule(playlist.canBlockReload, 'CAN-BLOCK-RELOAD=YES (4.4.3.8)');
  rule(version >= (skipped > 0 ? 9 : 6), 'EXT-X-MAP needs version 6, EXT-X-SKIP version 9 (8)');
  rule(
    canSkipUntil === null || canSkipUntil >= 6 * targetDuration,
    'CAN-SKIP-UNTIL is at least 6 targets (4.4.3.8)',
  );
  rule(skipped === 0 || canSkipUntil !== null, 'EXT-X-SKIP only where it is offered (6.2.5.1)');
}

/** 4.4.3.5, and what of 4.4.4.2 a reader needs to fetch each range by itself. */
function checkRecording({
  type,
  targetDuration,
  version,
  mediaSequence,
  segments,
  isEnded,
}: ReadPlaylist): void {
  rule(type === 'VOD', 'EXT-X-PLAYLIST-TYPE of a recording is VOD (4.4.3.5)');
  rule(
    Number.isInteger(targetDuration) && targetDuration > 0,
    'EXT-X-TARGETDURATION is an integer (4.4.3.1)',
  );
  rule(version >= 6, 'EXT-X-MAP needs version 6 (8)');
  rule(isEnded && mediaSequence === 0, 'a recording is whole (4.4.3.5)');
  rule(segments.length > 0, 'a recording has segments');
  for (const [i, { uri, byteRange, parts }] of segments.entries()) {
    rule(byteRange !== null && byteRange.length > 0 && parts.length === 0, `${uri} is a range (4.4.4.2)`);
    const before = segments[i - 1];
    if (!byteRange || !before?.byteRange || before.uri !== uri) continue;
    const isBehind = byteRange.offset >= before.byteRange.offset + before.byteRange.length;
    rule(isBehind, `ranges of ${uri} follow each other`);
  }
}

function checkSegment(
  playlist: ReadPlaylist,
  segment: ListedSegment,
  previous: ListedSegment | undefined,
): void {
  const { uri, duration, parts, dateTime } = segment;
  const isFirst = previous === undefined;
  rule(segment.map !== null || playlist.skipped > 0, 'an EXT-X-MAP applies (3.1.2)');
  rule(dateTime !== null, 'every segment has its EXT-X-PROGRAM-DATE-TIME');
  rule(
    segment.map === previous?.map || isFirst || segment.isDiscontinuous,
    'a new EXT-X-MAP is a discontinuity (4.4.4.3)',
  );
  for (const [i, part] of parts.entries()) checkPart(playlist, part, uri !== null && i === parts.length - 1);
  if (duration === null) {
    rule(segment === playlist.segments.at(-1), 'only the last segment may be open');
    return;
  }
  rule(
    Math.round(duration) <= playlist.targetDuration,
    `EXTINF ${duration} within the target duration (4.4.3.1)`,
  );
  const partsDuration = parts.reduce((sum, part) => sum + part.duration, 0);
  rule(
    parts.length === 0 || Math.abs(partsDuration - duration) < EPSILON * parts.length + EPSILON,
    `parts of ${partsDuration} s make a segment of ${duration} s (4.4.4.9)`,
  );
  if (previous?.duration && previous.dateTime && dateTime && !segment.isDiscontinuous) {
    const overlapMs = previous.dateTime + previous.duration * 1_000 - dateTime;
    rule(overlapMs < 1_000, `dates overlap by ${overlapMs} ms (6.2.1)`);
  }
}

function checkPart(playlist: ReadPlaylist, part: ListedPart, isLastOfSegment: boolean): void {
  const { partTarget } = playlist;
  rule(
    part.duration <= partTarget + EPSILON,
    `${part.uri} of ${part.duration} s within ${partTarget} s (4.4.4.9)`,
  );
  rule(
    isLastOfSegment || part.isIndependent || part.duration >= 0.85 * partTarget - EPSILON,
    `${part.uri} of ${part.duration} s is at least 85 % of ${partTarget} s (4.4.4.9)`,
  );
}

/** 6.2.2: nothing is removed below three target durations; parts leave after three. */
function checkLength(playlist: ReadPlaylist): void {
  const complete = playlist.segments.filter((segment) => segment.duration !== null);
  const length = complete.reduce((sum, segment) => sum + (segment.duration ?? 0), 0);
  const hasRemoved = playlist.mediaSequence > 0;
  rule(
    !hasRemoved || playlist.skipped > 0 || length >= 3 * playlist.targetDuration - EPSILON,
    `a playlist of ${length} s is shorter than three target durations (6.2.2)`,
  );
  let fromEnd = 0;
  for (const segment of playlist.segments.toReversed()) {
    rule(
      segment.parts.length === 0 || fromEnd <= 3 * playlist.targetDuration,
      'parts are listed near the live edge only (6.2.2)',
    );
    fromEnd += segment.duration ?? segment.parts.reduce((sum, part) => sum + part.duration, 0);
  }
}

function checkEnd(playlist: ReadPlaylist): void {
  if (playlist.isEnded) {
    rule(playlist.preloadHint === null, 'an ended playlist hints nothing (4.4.5.3)');
    rule(playlist.segments.at(-1)?.duration !== null, 'an ended playlist has no open segment');
    return;
  }
  const listed = playlist.segments.flatMap((segment) => segment.parts.map((part) => part.uri));
  rule(playlist.preloadHint !== null, 'a live playlist hints its next part');
  rule(!listed.includes(playlist.preloadHint ?? ''), 'the hinted part is not there yet (4.4.5.3)');
}

/** 4.4.5.4: one report for each other rendition, relative to this playlist. */
function checkReports({ reports }: ReadPlaylist): void {
  rule(new Set(reports.map(({ uri }) => uri)).size === reports.length, 'one report for each rendition');
  for (const { uri, lastMsn, lastPart } of reports) {
    rule(uri !== '' && !/^\w+:|^\//.test(uri), `a report's URI ${uri} is relative (4.4.5.4)`);
    rule(Number.isInteger(lastMsn) && lastMsn >= 0, `LAST-MSN of ${uri} is a number (4.4.5.4)`);
    rule(Number.isInteger(lastPart) && lastPart >= 0, `LAST-PART of ${uri} is a number (4.4.5.4)`);
  }
}

/** 6.2.1: lines are appended, segments leave in order, constants stay. */
function checkSuccession(previous: ReadPlaylist, next: ReadPlaylist): void {
  rule(previous.targetDuration === next.targetDuration, 'EXT-X-TARGETDURATION never changes (6.2.1)');
  rule(previous.partTarget === next.partTarget, 'PART-TARGET never changes');
  rule(next.mediaSequence >= previous.mediaSequence, 'EXT-X-MEDIA-SEQUENCE never decreases (6.2.2)');
  rule(
    next.discontinuitySequence >= previous.discontinuitySequence,
    'EXT-X-DISCONTINUITY-SEQUENCE never decreases (6.2.2)',
  );
  rule(!previous.isEnded || next.isEnded, 'what has ended stays ended');
  for (const before of previous.reports) {
    const after = next.reports.find(({ uri }) => uri === before.uri);
    const isLater = !after || after.lastMsn * 1e6 + after.lastPart >= before.lastMsn * 1e6 + before.lastPart;
    rule(isLater, `the rendition ${before.uri} went back (4.4.5.4)`);
  }
  for (const before of previous.segments) {
    if (before.msn < next.mediaSequence) continue;
    const after = next.segments.find((segment) => segment.msn === before.msn);
    rule(after !== undefined, `segment ${before.msn} has vanished (6.2.1)`);
    if (!after) continue;
    rule(before.uri === null || before.uri === after.uri, `segment ${before.msn} has another URI (6.2.1)`);
    rule(before.map === after.map, `segment ${before.msn} has another EXT-X-MAP`);
    rule(before.dateTime === after.dateTime, `segment ${before.msn} has another date`);
    rule(
      before.discontinuity === after.discontinuity,
      `segment ${before.msn} has another discontinuity number (6.2.2)`,
    );
    for (const [i, part] of before.parts.entries()) {
      rule(
        after.parts.length === 0 || after.parts[i]?.uri === part.uri,
        `part ${part.uri} has moved (6.2.1)`,
      );
    }
  }
}
