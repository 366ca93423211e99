/** One MP4 file of a recording: a header for its tracks, then fragments. */
export interface RecordedFile {
  kind: 'file';
  /** Counted from 0; the file is `{number}.mp4`. */
  number: number;
  /** The header takes the first bytes of the file. */
  headerBytes: number;
  /** RFC 6381, video first. */
  codecs: string[];
  /** Null without video. */
  width: number | null;
  height: number | null;
  framesPerSecond: number | null;
}

/** One segment: a range of bytes of the file begun last. */
export interface RecordedSegment {
  kind: 'segment';
  file: number;
  offset: number;
  bytes: number;
  durationMs: number;
  /** EXT-X-PROGRAM-DATE-TIME in milliseconds since the epoch. */
  dateMs: number;
  /** Its timestamps or tracks do not continue those of the segment before. */
  isDiscontinuous: boolean;
}

/** Media that was on air here and could not be kept. */
interface RecordedGap {
  kind: 'gap';
  durationMs: number;
}

export type IndexEntry = RecordedFile | RecordedSegment | RecordedGap;

/** What the index of a recording says; `length` is how many of its bytes say it. */
export interface RecordingIndex {
  files: RecordedFile[];
  segments: RecordedSegment[];
  missingMs: number;
  length: number;
}

/** One line of the index, JSON and a line end. An entry counts from its line end on. */
export function encodeEntry(entry: IndexEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Reads an index as far as it is whole: the line that a killed process was writing, and whatever lies behind a line
 * that is none, is not part of it.
 */
export function decodeIndex(bytes: Buffer): RecordingIndex {
  const index: RecordingIndex = { files: [], segments: [], missingMs: 0, length: 0 };
  for (;;) {
    const lineEnd = bytes.indexOf(0x0a, index.length);
    const entry = lineEnd < 0 ? null : parseEntry(bytes.toString('utf8', index.length, lineEnd));
    if (!entry) return index;
    if (entry.kind === 'file') index.files.push(entry);
    else if (entry.kind === 'segment') index.segments.push(entry);
    else index.missingMs += entry.durationMs;
    index.length = lineEnd + 1;
  }
}

const kinds: readonly unknown[] = ['file', 'segment', 'gap'] satisfies IndexEntry['kind'][];

/** The file is ours alone, so a line that is JSON with a known kind is what we wrote. */
function parseEntry(line: string): IndexEntry | null {
  try {
    const entry: { kind?: unknown } | null = JSON.parse(line);
    return kinds.includes(entry?.kind) ? (entry as IndexEntry) : null;
  } catch {
    return null;
  }
}
