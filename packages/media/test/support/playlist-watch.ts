import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { checkMultivariant } from './multivariant-validator.ts';
import { PlaylistValidator } from './playlist-validator.ts';
import { compareWithSecondReader } from './second-reader.ts';

/**
 * Holds every playlist that a server answers with, whoever asked for it, against the rules and a second reader: the
 * media playlists of one address in the order in which they left.
 */
export class PlaylistWatch {
  readonly broken: string[] = [];
  checked = 0;
  readonly #validators = new Map<string, PlaylistValidator>();

  /** Looks at what this response will be, without changing it. */
  watch(req: IncomingMessage, res: ServerResponse): void {
    const path = req.url?.split('?')[0] ?? '';
    if (!path.endsWith('.m3u8')) return;
    const { end } = res;
    res.end = ((...args: unknown[]) => {
      const [body] = args;
      if (res.statusCode === 200 && body instanceof Buffer) this.#check(path, body);
      return Reflect.apply(end, res, args);
    }) as typeof end;
  }

  #check(path: string, body: Buffer): void {
    const text = (body.readUInt16BE() === 0x1f8b ? gunzipSync(body) : body).toString();
    this.checked++;
    try {
      if (path.endsWith('/index.m3u8')) checkMultivariant(text);
      else compareWithSecondReader(text, this.#validatorOf(path).check(text));
    } catch (error) {
      this.broken.push(`${path}: ${(error as Error).message}`);
    }
  }

  /** A recording may have grown since it was last asked for. */
  #validatorOf(path: string): PlaylistValidator {
    if (path.includes('/replay/')) return new PlaylistValidator();
    const known = this.#validators.get(path) ?? new PlaylistValidator();
    this.#validators.set(path, known);
    return known;
  }
}
