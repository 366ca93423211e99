import { setTimeout as delay } from 'node:timers/promises';
import type { Route } from 'playwright-core';
import { readPlaylist } from '../../../../packages/media/test/support/playlist-reader.ts';
import { mediaPlaylistUrl } from './watch.ts';

interface Version {
  atMs: number;
  body: string;
}

const pollMs = 40;

/**
 * A live stream as viewers far behind see it: keeps every version of a media playlist with all that it names, and
 * answers a browser's requests with what was there some seconds ago.
 */
export class DelayedHls implements AsyncDisposable {
  readonly #versions: Version[] = [];
  readonly #media = new Map<string, Promise<Buffer>>();
  readonly #playlistUrl: string;
  #isClosed = false;
  readonly #recording: Promise<void>;

  private constructor(playlistUrl: string) {
    this.#playlistUrl = playlistUrl;
    this.#recording = this.#record();
  }

  static async start(entryUrl: string): Promise<DelayedHls> {
    return new DelayedHls(await mediaPlaylistUrl(entryUrl));
  }

  /** For `page.route`: playlists as they were `behindMs` ago, and media that may be gone at the server by now. */
  answer(behindMs: number): (route: Route) => Promise<void> {
    return async (route) => {
      const url = new URL(route.request().url());
      if (url.href.split('?')[0] === this.#playlistUrl) {
        const body = await this.#versionFor(url.searchParams, behindMs);
        await route.fulfill({ body, contentType: 'application/vnd.apple.mpegurl' }).catch(() => {});
        return;
      }
      const media = this.#media.get(url.pathname);
      if (media) await route.fulfill({ body: await media, contentType: 'video/mp4' }).catch(() => {});
      else await route.continue().catch(() => {});
    };
  }

  /** The segment that was on at this time, once the next one is; `startMs` dates its first picture. */
  async segmentAt(dateMs: number): Promise<{ startMs: number; init: Buffer; media: Buffer } | null> {
    for (const { body } of this.#versions.toReversed()) {
      const { segments } = readPlaylist(body);
      const index = segments.findLastIndex(({ dateTime }) => dateTime !== null && dateTime <= dateMs);
      const { uri = null, map = null, dateTime: startMs = null } = segments[index] ?? {};
      if (uri === null || map === null || startMs === null || index === segments.length - 1) continue;
      const [init, media] = await Promise.all([map, uri].map((name) => this.#kept(name)));
      if (init && media) return { startMs, init, media };
    }
    return null;
  }

  #kept(name: string): Promise<Buffer> | undefined {
    return this.#media.get(new URL(name, this.#playlistUrl).pathname);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#recording;
  }

  async #record(): Promise<void> {
    while (!this.#isClosed) {
      const body = await (await fetch(this.#playlistUrl)).text();
      if (body !== this.#versions.at(-1)?.body) {
        this.#versions.push({ atMs: performance.now(), body });
        for (const uri of urisOf(body)) this.#keep(new URL(uri, this.#playlistUrl));
      }
      await delay(pollMs);
    }
  }

  #keep(url: URL): void {
    if (this.#media.has(url.pathname)) return;
    const bytes = fetch(url).then(async (answer) => Buffer.from(await answer.arrayBuffer()));
    this.#media.set(url.pathname, bytes);
  }

  /** The version of then; a blocking request waits until it holds what was asked for. */
  async #versionFor(query: URLSearchParams, behindMs: number): Promise<string> {
    const [sequence, part] = [Number(query.get('_HLS_msn') ?? -1), Number(query.get('_HLS_part') ?? -1)];
    for (;;) {
      const thenMs = performance.now() - behindMs;
      const version = this.#versions.findLast(({ atMs }) => atMs <= thenMs);
      if (version && (this.#isClosed || holds(version.body, sequence, part))) return version.body;
      await delay(pollMs);
    }
  }
}

function urisOf(playlist: string): string[] {
  const attributes = [...playlist.matchAll(/^#EXT-X-(?:PART|MAP):.*URI="([^"]+)"/gm)].map(
    (found) => found[1],
  );
  const lines = playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return [...attributes, ...lines].filter((uri) => uri !== undefined);
}

/** Whether the playlist has this part of this segment, or something after it (RFC 8216bis section 6.2.5.2). */
function holds(playlist: string, sequence: number, part: number): boolean {
  const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(playlist)?.[1] ?? 0);
  const lines = playlist.split('\n');
  const segments = lines.filter((line) => line.startsWith('#EXTINF')).length;
  const lastWhole = lines.findLastIndex((line) => line.startsWith('#EXTINF'));
  const open = lines.slice(lastWhole + 1).filter((line) => line.startsWith('#EXT-X-PART:')).length;
  const next = first + segments;
  return sequence < next || (sequence === next && part >= 0 && part < open);
}
