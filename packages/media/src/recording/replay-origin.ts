import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { RenderedPlaylist } from '../hls/rendered-playlist.ts';
import { FOREVER, sendError, sendFileHead, sendPlaylist } from '../hls/response.ts';
import { readRange } from './byte-range.ts';
import type { RecordedFile } from './recording-index.ts';
import { type Recording, type Recordings, sizeOf } from './recordings.ts';
import { renderReplayEntry, renderReplayPlaylist } from './replay-playlist.ts';

const FILE = /^(\d{1,6})\.mp4$/;
/** A recording may be taken away, so nobody remembers its playlists for long; its media never changes. */
const PLAYLIST_MAX_AGE_S = 60;

/** Serves recordings: `index.m3u8`, `media.m3u8` and the MP4 files with ranges. */
export class ReplayOrigin {
  readonly #recordings: Recordings;
  readonly #idleTimeoutMs: number;
  readonly #rendered = new WeakMap<Recording, { entry: RenderedPlaylist; media: RenderedPlaylist }>();

  /** A response on which nothing has moved for `idleTimeoutMs` is cut. */
  constructor(recordings: Recordings, idleTimeoutMs: number) {
    this.#recordings = recordings;
    this.#idleTimeoutMs = idleTimeoutMs;
  }

  /** Answers a GET or HEAD for one file of a recording. Never throws. */
  send(req: IncomingMessage, res: ServerResponse, id: string, name: string): void {
    this.#send(req, res, id, name).catch(() => {
      if (res.headersSent) res.destroy();
      else sendError(res, 503, 'the recording cannot be read');
    });
  }

  async #send(req: IncomingMessage, res: ServerResponse, id: string, name: string): Promise<void> {
    const recording = await this.#recordings.find(id);
    const file = FILE.exec(name);
    const recorded = file && recording?.files.find(({ number }) => number === Number(file[1]));
    if (recording && name === 'index.m3u8') {
      sendPlaylist(req, res, this.#playlists(recording).entry, PLAYLIST_MAX_AGE_S);
    } else if (recording && name === 'media.m3u8') {
      sendPlaylist(req, res, this.#playlists(recording).media, PLAYLIST_MAX_AGE_S);
    } else if (recording && recorded) {
      await this.#sendFile(req, res, recording, recorded);
    } else {
      sendError(res, 404, 'no such replay');
    }
  }

  #playlists(recording: Recording) {
    const known = this.#rendered.get(recording);
    if (known) return known;
    const entry = new RenderedPlaylist(renderReplayEntry(recording));
    const media = new RenderedPlaylist(renderReplayPlaylist(recording));
    this.#rendered.set(recording, { entry, media });
    return { entry, media };
  }

  async #sendFile(
    req: IncomingMessage,
    res: ServerResponse,
    recording: Recording,
    file: RecordedFile,
  ): Promise<void> {
    const size = sizeOf(recording, file);
    // No validator is offered, so none can match: If-Range asks for the whole then (RFC 9110 section 13.1.5).
    const range = req.headers['if-range'] === undefined ? readRange(req.headers.range, size) : 'whole';
    if (req.method === 'HEAD' || range === 'unsatisfiable') {
      sendFileHead(res, size, range, FOREVER);
      res.end();
      return;
    }
    const body = await this.#recordings.open(
      recording,
      file,
      range === 'whole' ? { start: 0, end: size - 1 } : range,
    );
    if (res.destroyed) {
      body.destroy();
      return;
    }
    sendFileHead(res, size, range, FOREVER);
    res.setTimeout(this.#idleTimeoutMs, () => res.destroy());
    // A viewer that leaves in the middle is no event of ours.
    pipeline(body, res, () => {});
  }
}
