import type { SegmentWindow } from './segment-window.ts';

/** RFC 8216bis 4.4.6.2. One variant today; a ladder adds lines here. */
export function renderMultivariantPlaylist(window: SegmentWindow): string {
  const { video, audio, framesPerSecond } = window.currentPeriod ?? {};
  const { peak, average } = bandwidth(window);
  const attributes = [`BANDWIDTH=${peak}`, `AVERAGE-BANDWIDTH=${average}`];
  const codecs = [video?.codec, audio?.codec].filter((codec) => codec !== undefined);
  attributes.push(`CODECS="${codecs.join(',')}"`);
  if (video) {
    attributes.push(`RESOLUTION=${video.width}x${video.height}`);
    if (framesPerSecond) attributes.push(`FRAME-RATE=${framesPerSecond.toFixed(3)}`);
  }
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-STREAM-INF:${attributes.join(',')}`,
    `${window.sessionId}/media.m3u8`,
    '',
  ].join('\n');
}

/** Bits per second over the listed segments. */
function bandwidth(window: SegmentWindow): { peak: number; average: number } {
  let peak = 0;
  let allBits = 0;
  let allMs = 0;
  for (const segment of window.listed) {
    const bits = 8 * segment.parts.reduce((bytes, part) => bytes + part.data.length, 0);
    if (segment.durationMs > 0) peak = Math.max(peak, (bits * 1_000) / segment.durationMs);
    allBits += bits;
    allMs += segment.durationMs;
  }
  return {
    peak: Math.max(1, Math.ceil(peak)),
    average: Math.max(1, Math.ceil((allBits * 1_000) / Math.max(1, allMs))),
  };
}
