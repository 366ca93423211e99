import type { Rendition } from './rendition.ts';

/** RFC 8216bis 4.4.6.2: the publisher's own rendition first, the sound alone last. */
export function renderMultivariantPlaylist(renditions: readonly Rendition[]): string {
  return ['#EXTM3U', '#EXT-X-VERSION:6', ...renditions.flatMap(variantLines), ''].join('\n');
}

/** The address of a rendition's playlist below the session's folder. */
export function playlistPath({ folder }: Rendition): string {
  return folder === '' ? 'media.m3u8' : `${folder}/media.m3u8`;
}

function variantLines(rendition: Rendition): string[] {
  const { window, isAudio } = rendition;
  const period = window.currentPeriod;
  const video = isAudio ? null : period?.video;
  const { peak, average } = bandwidth(rendition);
  const attributes = [`BANDWIDTH=${peak}`, `AVERAGE-BANDWIDTH=${average}`];
  const codecs = [video?.codec, period?.audio?.codec].filter((codec) => codec !== undefined);
  attributes.push(`CODECS="${codecs.join(',')}"`);
  if (video) {
    attributes.push(`RESOLUTION=${video.width}x${video.height}`);
    if (period?.framesPerSecond) attributes.push(`FRAME-RATE=${period.framesPerSecond.toFixed(3)}`);
  }
  return [`#EXT-X-STREAM-INF:${attributes.join(',')}`, `${window.sessionId}/${playlistPath(rendition)}`];
}

/** Bits per second over the listed segments. */
function bandwidth({ window, media }: Rendition): { peak: number; average: number } {
  let peak = 0;
  let allBits = 0;
  let allMs = 0;
  for (const segment of window.listed) {
    const bits = 8 * segment.parts.reduce((bytes, part) => bytes + media(part).length, 0);
    if (segment.durationMs > 0) peak = Math.max(peak, (bits * 1_000) / segment.durationMs);
    allBits += bits;
    allMs += segment.durationMs;
  }
  return {
    peak: Math.max(1, Math.ceil(peak)),
    average: Math.max(1, Math.ceil((allBits * 1_000) / Math.max(1, allMs))),
  };
}
