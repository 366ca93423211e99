import { attributes, type ReadPlaylist } from './playlist-reader.ts';
import { PlaylistValidator } from './playlist-validator.ts';
import { compareWithSecondReader } from './second-reader.ts';

/**
 * A low-latency player without a decoder: follows a stream by blocking reloads, fetches every part once, and
 * holds every playlist it gets against the validator and a second reader.
 */
export class Viewer {
  readonly playlists: ReadPlaylist[] = [];
  readonly parts = new Map<string, Buffer>();
  readonly #entry: string;
  readonly #playlist: string;
  readonly #validator = new PlaylistValidator();
  /** Attributes of each variant with its playlist's address, and of the one that is followed. */
  variants: (Record<string, string> & { url: string })[] = [];
  variant: Record<string, string> = {};
  mediaUrl = '';

  /** Follows the publisher's own rendition, or the one whose playlist ends so. */
  constructor(entry: string, playlist = 'media.m3u8') {
    this.#entry = entry;
    this.#playlist = playlist;
  }

  async open(): Promise<this> {
    const multivariant = await fetchText(this.#entry);
    const lines = multivariant.trimEnd().split('\n');
    this.variants = lines.flatMap((line, i) =>
      line.startsWith('#EXT-X-STREAM-INF:')
        ? [{ ...attributes(line), url: new URL(lines[i + 1] ?? '', this.#entry).href }]
        : [],
    );
    const chosen = this.variants.find(({ url }) => url.endsWith(this.#playlist));
    if (!chosen) throw new Error(`${this.#entry} lists no ${this.#playlist}`);
    this.variant = chosen;
    this.mediaUrl = chosen.url;
    await this.reload('');
    return this;
  }

  get last(): ReadPlaylist {
    const playlist = this.playlists.at(-1);
    if (!playlist) throw new Error('the viewer has not opened the stream');
    return playlist;
  }

  /** Goes on until the stream ends. */
  async watchToTheEnd(): Promise<this> {
    while (!this.last.isEnded) await this.reload(this.#nextDirectives());
    return this;
  }

  async reload(query: string): Promise<ReadPlaylist> {
    const text = await fetchText(this.mediaUrl + query);
    const playlist = this.#validator.check(text);
    compareWithSecondReader(text, playlist);
    this.playlists.push(playlist);
    for (const part of playlist.segments.flatMap((segment) => segment.parts)) {
      if (!this.parts.has(part.uri)) this.parts.set(part.uri, await this.fetchFile(part.uri));
    }
    return playlist;
  }

  async fetchFile(uri: string): Promise<Buffer> {
    const response = await fetch(new URL(uri, this.mediaUrl));
    if (response.status !== 200) throw new Error(`${uri} answers ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** All complete segments that the playlist lists, concatenated. */
  async fetchSegments(): Promise<Buffer> {
    const uris = this.last.segments.map((segment) => segment.uri).filter((uri) => uri !== null);
    return Buffer.concat(await Promise.all(uris.map((uri) => this.fetchFile(uri))));
  }

  #nextDirectives(): string {
    const last = this.last.segments.at(-1);
    if (!last) return '';
    return last.uri === null
      ? `?_HLS_msn=${last.msn}&_HLS_part=${last.parts.length}`
      : `?_HLS_msn=${last.msn + 1}&_HLS_part=0`;
  }
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}`);
  return response.text();
}
