/** A media playlist as a reader sees it: tags in order, durations in seconds. Shares nothing with the writer. */
export interface ListedPart {
  uri: string;
  duration: number;
  isIndependent: boolean;
}

export interface ListedSegment {
  /** Null for the segment that is still open. */
  uri: string | null;
  msn: number;
  /** Null for the segment that is still open. */
  duration: number | null;
  dateTime: number | null;
  map: string | null;
  discontinuity: number;
  isDiscontinuous: boolean;
  parts: ListedPart[];
  /** Null for a segment that is a whole file. */
  byteRange: { length: number; offset: number } | null;
}

export interface ReadPlaylist {
  /** EXT-X-PLAYLIST-TYPE; null for a live playlist. */
  type: string | null;
  version: number;
  targetDuration: number;
  partTarget: number;
  partHoldBack: number;
  canBlockReload: boolean;
  canSkipUntil: number | null;
  mediaSequence: number;
  discontinuitySequence: number;
  skipped: number;
  /** The open segment, if it has parts, comes last. */
  segments: ListedSegment[];
  preloadHint: string | null;
  /** EXT-X-RENDITION-REPORT: where other renditions stand. */
  reports: { uri: string; lastMsn: number; lastPart: number }[];
  isEnded: boolean;
}

export function attributes(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', quoted, plain] of text.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g)) {
    found[name] = quoted ?? plain ?? '';
  }
  return found;
}

export function readPlaylist(text: string): ReadPlaylist {
  const playlist: ReadPlaylist = {
    type: null,
    version: 1,
    targetDuration: Number.NaN,
    partTarget: Number.NaN,
    partHoldBack: Number.NaN,
    canBlockReload: false,
    canSkipUntil: null,
    mediaSequence: 0,
    discontinuitySequence: 0,
    skipped: 0,
    segments: [],
    preloadHint: null,
    reports: [],
    isEnded: false,
  };
  const reader = new Reader(playlist);
  const lines = text.split('\n');
  if (lines[0] !== '#EXTM3U' || lines.at(-1) !== '') throw new Error('not a whole playlist');
  for (const line of lines.slice(1, -1)) reader.line(line);
  reader.finish();
  return playlist;
}

class Reader {
  readonly #playlist: ReadPlaylist;
  #map: string | null = null;
  #dateTime: number | null = null;
  #duration: number | null = null;
  #byteRange: ListedSegment['byteRange'] = null;
  #isDiscontinuous = false;
  #parts: ListedPart[] = [];

  constructor(playlist: ReadPlaylist) {
    this.#playlist = playlist;
  }

  line(line: string): void {
    if (line === '') throw new Error('empty line');
    if (!line.startsWith('#')) {
      this.#segment(line);
      return;
    }
    const [tag = '', value = ''] = line.split(/:(.*)/s, 2);
    this.#tag(tag, value);
  }

  finish(): void {
    if (this.#parts.length > 0) this.#segment(null);
    else if (this.#duration !== null || this.#dateTime !== null) throw new Error('tags without a segment');
  }

  #tag(tag: string, value: string): void {
    const playlist = this.#playlist;
    switch (tag) {
      case '#EXT-X-VERSION':
        playlist.version = Number(value);
        break;
      case '#EXT-X-TARGETDURATION':
        playlist.targetDuration = Number(value);
        break;
      case '#EXT-X-SERVER-CONTROL': {
        const control = attributes(value);
        playlist.canBlockReload = control['CAN-BLOCK-RELOAD'] === 'YES';
        playlist.partHoldBack = Number(control['PART-HOLD-BACK']);
        playlist.canSkipUntil = control['CAN-SKIP-UNTIL'] ? Number(control['CAN-SKIP-UNTIL']) : null;
        break;
      }
      case '#EXT-X-PART-INF':
        playlist.partTarget = Number(attributes(value)['PART-TARGET']);
        break;
      case '#EXT-X-MEDIA-SEQUENCE':
        playlist.mediaSequence = Number(value);
        break;
      case '#EXT-X-DISCONTINUITY-SEQUENCE':
        playlist.discontinuitySequence = Number(value);
        break;
      case '#EXT-X-SKIP':
        playlist.skipped = Number(attributes(value)['SKIPPED-SEGMENTS']);
        break;
      case '#EXT-X-MAP': {
        const { URI, BYTERANGE } = attributes(value);
        this.#map = URI === undefined ? null : URI + (BYTERANGE ? `#${BYTERANGE}` : '');
        break;
      }
      case '#EXT-X-PLAYLIST-TYPE':
        playlist.type = value;
        break;
      case '#EXT-X-BYTERANGE': {
        const [length, offset] = value.split('@').map(Number);
        if (!(Number.isInteger(length) && Number.isInteger(offset))) throw new Error(`byte range ${value}`);
        this.#byteRange = { length: length ?? 0, offset: offset ?? 0 };
        break;
      }
      case '#EXT-X-PROGRAM-DATE-TIME':
        this.#dateTime = Date.parse(value);
        break;
      case '#EXT-X-DISCONTINUITY':
        this.#isDiscontinuous = true;
        break;
      case '#EXT-X-PART': {
        const part = attributes(value);
        this.#parts.push({
          uri: part.URI ?? '',
          duration: Number(part.DURATION),
          isIndependent: part.INDEPENDENT === 'YES',
        });
        break;
      }
      case '#EXTINF':
        this.#duration = Number(value.replace(/,.*$/, ''));
        break;
      case '#EXT-X-PRELOAD-HINT':
        if (playlist.preloadHint) throw new Error('two preload hints');
        playlist.preloadHint = attributes(value).URI ?? null;
        break;
      case '#EXT-X-RENDITION-REPORT': {
        const report = attributes(value);
        playlist.reports.push({
          uri: report.URI ?? '',
          lastMsn: Number(report['LAST-MSN']),
          lastPart: Number(report['LAST-PART']),
        });
        break;
      }
      case '#EXT-X-ENDLIST':
        playlist.isEnded = true;
        break;
      default:
        throw new Error(`unexpected tag ${tag}`);
    }
  }

  #segment(uri: string | null): void {
    const { segments, mediaSequence, skipped, discontinuitySequence } = this.#playlist;
    const before = segments.at(-1)?.discontinuity ?? discontinuitySequence;
    segments.push({
      uri,
      msn: mediaSequence + skipped + segments.length,
      duration: this.#duration,
      dateTime: this.#dateTime,
      map: this.#map,
      discontinuity: before + (this.#isDiscontinuous ? 1 : 0),
      isDiscontinuous: this.#isDiscontinuous,
      parts: this.#parts,
      byteRange: this.#byteRange,
    });
    if (uri !== null && this.#duration === null) throw new Error(`${uri} has no EXTINF`);
    this.#duration = null;
    this.#byteRange = null;
    this.#dateTime = null;
    this.#isDiscontinuous = false;
    this.#parts = [];
  }
}
