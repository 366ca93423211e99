import { LiveScreen, type Playback } from '@vybekart/screens';

/** hls.js comes with the first show that is near, not with the app. */
export const loadHls = () => import('hls.js/light').then(({ default: Hls }) => Hls);

/** A prepared show is not prepared again for so long: its playlists and parts are new by then. */
const freshForMs = 1000;
let last = { url: '', atMs: Number.NEGATIVE_INFINITY };

/** The code of screen and player, and into the browser's cache what the player asks for first. */
export function prepareShow({ url, player }: Playback): void {
  const nowMs = performance.now();
  if (url === last.url && nowMs - last.atMs < freshForMs) return;
  last = { url, atMs: nowMs };
  LiveScreen.preload();
  if (player === 'ivs') {
    import('./open-ivs-session').catch(() => {});
    return;
  }
  loadHls().catch(() => {});
  if (!savesData()) warm(url).catch(() => {});
}

let isExpected = false;

/** The code of screen and player, once, while nobody waits for anything else; nothing where data is dear or slow. */
export function expectShow({ player }: Playback): void {
  if (isExpected || player !== 'hls' || savesData() || isSlow()) return;
  isExpected = true;
  whenIdle(() => {
    LiveScreen.preload();
    loadHls().catch(() => {});
  });
}

/** Safari has no idle callbacks. */
const whenIdle = window.requestIdleCallback ?? ((act: () => void) => setTimeout(act, 1000));

interface Connection {
  saveData?: boolean;
  effectiveType?: string;
}
const connection = () => (navigator as { connection?: Connection }).connection;

/** The browser's data saver is on; not every browser tells. */
export function savesData(): boolean {
  return connection()?.saveData === true;
}

function isSlow(): boolean {
  return /2g$/.test(connection()?.effectiveType ?? '');
}

/**
 * Playlists live for a second in the cache; the header and the newest picture for good. No more than that, as a finger on a
 * card may only be scrolling.
 */
async function warm(entryUrl: string): Promise<void> {
  const media = firstUri(await textOf(entryUrl));
  if (!media) return;
  const mediaUrl = new URL(media, entryUrl).href;
  const lines = (await textOf(mediaUrl)).split('\n');
  const newest = lines.findLast((line) => line.startsWith('#EXT-X-PART:') && line.includes('INDEPENDENT'));
  const wanted = [lines.findLast((line) => line.startsWith('#EXT-X-MAP:')), newest];
  for (const line of wanted) {
    const uri = /^#EXT-X-(?:MAP|PART):.*URI="([^"]+)"/.exec(line ?? '')?.[1];
    if (uri) fetch(new URL(uri, mediaUrl)).catch(() => {});
  }
}

const textOf = async (url: string) => {
  const answer = await fetch(url);
  return answer.ok ? answer.text() : '';
};

const firstUri = (playlist: string) =>
  playlist.split('\n').find((line) => line !== '' && !line.startsWith('#')) ?? null;
