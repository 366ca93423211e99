import type { RecordedFile, RecordedSegment } from './recording-index.ts';
import type { Recording } from './recordings.ts';

/** EXT-X-MAP outside of I-frame playlists needs version 6 (RFC 8216bis section 8). */
const VERSION = 6;

/** RFC 8216bis 4.4.6.2, for a recording of one variant. */
export function renderReplayEntry({ files, segments, bytes, durationMs }: Recording): string {
  const peak = Math.max(
    ...segments.map((segment) => (8_000 * segment.bytes) / Math.max(1, segment.durationMs)),
  );
  const average = (8_000 * bytes) / Math.max(1, durationMs);
  const attributes = [`BANDWIDTH=${Math.ceil(peak)}`, `AVERAGE-BANDWIDTH=${Math.ceil(average)}`];
  attributes.push(`CODECS="${[...new Set(files.flatMap((file) => file.codecs))].join(',')}"`);
  const picture = files.find((file) => file.width !== null);
  if (picture) attributes.push(`RESOLUTION=${picture.width}x${picture.height}`);
  if (picture?.framesPerSecond) attributes.push(`FRAME-RATE=${picture.framesPerSecond.toFixed(3)}`);
  return [
    '#EXTM3U',
    `#EXT-X-VERSION:${VERSION}`,
    `#EXT-X-STREAM-INF:${attributes.join(',')}`,
    'media.m3u8',
    '',
  ].join('\n');
}

/** The whole show as ranges of its files (RFC 8216bis 4.4.4.2), seekable from end to end. */
export function renderReplayPlaylist({ files, segments }: Recording): string {
  const lengthsS = segments.map((segment) => Math.round(segment.durationMs / 1_000));
  const lines = [
    '#EXTM3U',
    `#EXT-X-VERSION:${VERSION}`,
    `#EXT-X-TARGETDURATION:${lengthsS.reduce((most, length) => Math.max(most, length), 1)}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
  ];
  let previous: RecordedSegment | null = null;
  for (const segment of segments) {
    const isNewFile = previous?.file !== segment.file;
    if (previous && (segment.isDiscontinuous || isNewFile)) lines.push('#EXT-X-DISCONTINUITY');
    if (isNewFile) lines.push(mapLine(files.find((file) => file.number === segment.file)));
    lines.push(
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.dateMs).toISOString()}`,
      `#EXTINF:${(segment.durationMs / 1_000).toFixed(5).replace(/\.?0+$/, '')},`,
      `#EXT-X-BYTERANGE:${segment.bytes}@${segment.offset}`,
      `${segment.file}.mp4`,
    );
    previous = segment;
  }
  lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

function mapLine(file: RecordedFile | undefined): string {
  if (!file) throw new Error('a recorded segment has no file');
  return `#EXT-X-MAP:URI="${file.number}.mp4",BYTERANGE="${file.headerBytes}@0"`;
}
