/** With less than this loaded the picture would stand still before the next part is there. */
const leastS = 0.4;

/**
 * How far behind the end of a low-latency playlist (RFC 8216bis) a player best begins: at the newest part that can be
 * shown by itself, so that nothing is fetched that is not seen. Seconds; null where the playlist lists no such part.
 */
export function startOfPicture(playlist: string): number | null {
  let behindS = 0;
  for (const line of playlist.split('\n').reverse()) {
    const duration = /^#EXT-X-PART:(?:.*,)?DURATION=([\d.]+)/.exec(line)?.[1];
    if (duration === undefined) continue;
    behindS += Number(duration);
    if (line.includes('INDEPENDENT=YES') && behindS >= leastS) return behindS;
  }
  return null;
}
