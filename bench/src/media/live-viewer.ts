import { Agent, get } from 'node:http';

/** What viewers of a run saw, together. */
export interface Watched {
  parts: number;
  playlists: number;
  bytes: number;
  /** Anything but a 200, and connections that broke. */
  failures: number;
  /** Of each part, from asking to its last byte, in milliseconds. */
  partMs: number[];
}

/** Follows a stream as a low-latency player does: one blocking reload and one part after the other, kept alive. */
export class LiveViewer {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });
  readonly #entry: string;
  readonly #seen: Watched;

  constructor(entry: string, seen: Watched) {
    this.#entry = entry;
    this.#seen = seen;
  }

  async watch(signal: AbortSignal): Promise<void> {
    try {
      const entry = await this.#fetch(this.#entry);
      const mediaUrl = new URL(firstVariant(entry), this.#entry).href;
      let playlist = await this.#fetch(mediaUrl);
      while (!signal.aborted) {
        playlist = await this.#fetch(`${mediaUrl}?${nextDirectives(playlist)}`);
        this.#seen.playlists += 1;
        const part = playlist.slice(playlist.lastIndexOf('#EXT-X-PART:'));
        const uri = /URI="([^"]+)"/.exec(part)?.[1] ?? '';
        const startedMs = performance.now();
        this.#seen.bytes += (await this.#fetch(new URL(uri, mediaUrl).href)).length;
        this.#seen.partMs.push(performance.now() - startedMs);
        this.#seen.parts += 1;
      }
    } catch (error) {
      if (!signal.aborted) this.#seen.failures += 1;
      if (!signal.aborted) console.error((error as Error).message);
    } finally {
      this.#agent.destroy();
    }
  }

  #fetch(url: string): Promise<string> {
    return new Promise((resolve, reject) => {
      get(url, { agent: this.#agent }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(Buffer.concat(pieces).toString('latin1'));
          else reject(new Error(`${url} was answered with ${response.statusCode}`));
        });
      }).on('error', reject);
    });
  }
}

/** The publisher's own rendition comes first. */
const firstVariant = (entry: string) =>
  entry.split('\n').find((line) => line !== '' && !line.startsWith('#')) ?? '';

/** The hint names what comes next: `p{sequence}.{part}.m4s`. */
function nextDirectives(playlist: string): string {
  const [, msn, part] = /PRELOAD-HINT:TYPE=PART,URI="p(\d+)\.(\d+)\.m4s/.exec(playlist) ?? [];
  return `_HLS_msn=${msn}&_HLS_part=${part}`;
}
