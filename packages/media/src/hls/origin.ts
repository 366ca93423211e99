import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ReplayOrigin } from '../recording/replay-origin.ts';
import type { Clock } from '../shared/clock.ts';
import { type DeliveryDirectives, parseDirectives, reloadState } from './blocking-reload.ts';
import type { Playback } from './playback.ts';
import { isPlaybackToken, isPrivatePlaybackId } from './playback-token.ts';
import type { Rendition } from './rendition.ts';
import {
  sendError,
  sendMedia,
  sendMethodNotAllowed,
  sendPicture,
  sendPlaylist,
  sendPreflight,
} from './response.ts';
import { SlowViewers } from './slow-viewers.ts';

export interface HlsOriginOptions {
  clock: Clock;
  /** Starts and ends with a slash. */
  prefix: string;
  /** Null: there are no tokens, see `playbackToken`. */
  playbackSecret: string | null;
  needsToken: 'all' | 'private';
  /** A response that has not left after so long is cut. */
  sendTimeoutMs: number;
  /** Null before the first playable segment and after the stream is dropped. */
  find: (playbackId: string) => Playback | null;
  /** The newest picture of a stream on air, with its number. */
  thumbnail: (playbackId: string) => { version: number; jpeg: Buffer } | null;
  /** Null where nothing is recorded. */
  replays: ReplayOrigin | null;
}

const SIGNED = /^([^/]+)\/([A-Za-z0-9_-]{1,64})\//;
const ENTRY = /^([A-Za-z0-9_-]{1,64})\/index\.m3u8$/;
const SESSION_FILE =
  /^([A-Za-z0-9_-]{1,64})\/([A-Za-z0-9_-]{12})\/(?:([a-z0-9-]{1,20})\/)?([a-z0-9.]{1,40})$/;
const REPLAY_FILE = /^([A-Za-z0-9_-]{1,64})\/replay\/([a-z0-9.]{1,40})$/;
const THUMBNAIL = /^([A-Za-z0-9_-]{1,64})\/thumbnail(\d{1,9})\.jpg$/;
const PART = /^p(\d{1,12})\.(\d{1,6})\.m4s$/;
const SEGMENT = /^s(\d{1,12})\.m4s$/;
const INIT = /^init(\d{1,6})\.mp4$/;

/** What of a stream a request is about. */
interface Asked {
  playback: Playback;
  rendition: Rendition;
}

/** A playlist is blocked for so many target durations at most (RFC 8216bis 6.2.5.2). */
const BLOCK_TARGETS = 3;

/**
 * The LL-HLS origin: `{prefix}{playbackId}/index.m3u8` is the stable entry, everything else lies below the
 * random id of a session, except the recording of a show that is over, at `{playbackId}/replay/`. No state per viewer,
 * no cookies; what is live is never read from disk.
 */
export class HlsOrigin {
  readonly #options: HlsOriginOptions;
  readonly #slowViewers: SlowViewers;

  constructor(options: HlsOriginOptions) {
    this.#options = options;
    this.#slowViewers = new SlowViewers(options.clock, options.sendTimeoutMs);
  }

  /** False, with the response untouched, if the URL is not below the prefix. */
  handle(req: IncomingMessage, res: ServerResponse): boolean {
    const url = req.url ?? '';
    const { prefix } = this.#options;
    if (!url.startsWith(prefix)) return false;
    // A viewer that leaves makes its response fail; that is no event of ours.
    res.on('error', () => {});
    if (req.method === 'OPTIONS') sendPreflight(res);
    else if (req.method !== 'GET' && req.method !== 'HEAD') sendMethodNotAllowed(res);
    else {
      const rest = this.#authorized(url.slice(prefix.length));
      if (rest === null) sendError(res, 403, 'not signed, or no longer');
      else this.#route(req, res, rest);
    }
    return true;
  }

  /** What is asked for, without its token; null if one is needed and missing. */
  #authorized(rest: string): string | null {
    const { playbackSecret, needsToken, clock } = this.#options;
    if (playbackSecret === null) return rest;
    const [, token = '', playbackId = ''] = SIGNED.exec(rest) ?? [];
    if (isPlaybackToken(token, playbackSecret, playbackId, clock.now())) return rest.slice(token.length + 1);
    const isOpen = needsToken === 'private' && ![rest, playbackId].some(isPrivatePlaybackId);
    return isOpen ? rest : null;
  }

  #route(req: IncomingMessage, res: ServerResponse, rest: string): void {
    const queryAt = rest.indexOf('?');
    const path = queryAt < 0 ? rest : rest.slice(0, queryAt);
    const query = queryAt < 0 ? '' : rest.slice(queryAt + 1, queryAt + 1_000);
    const replay = this.#options.replays && REPLAY_FILE.exec(path);
    if (replay) {
      this.#options.replays?.send(req, res, replay[1] ?? '', replay[2] ?? '');
      return;
    }
    const thumbnail = THUMBNAIL.exec(path);
    if (thumbnail) {
      this.#sendThumbnail(req, res, thumbnail[1] ?? '', Number(thumbnail[2]));
      return;
    }
    const entry = ENTRY.exec(path);
    const file = entry ? null : SESSION_FILE.exec(path);
    const playback = this.#options.find(entry?.[1] ?? file?.[1] ?? '');
    if (!playback) {
      sendError(res, 404, 'no such stream');
      return;
    }
    if (entry) {
      this.#slowViewers.watch(res);
      sendPlaylist(req, res, playback.multivariant(), 1);
    } else if (file?.[2] !== playback.window.sessionId) {
      sendError(res, 404, 'no such session');
    } else {
      const rendition = playback.rendition(file[3] ?? '');
      if (rendition) this.#sendFile(req, res, { playback, rendition }, file[4] ?? '', query);
      else sendError(res, 404, 'no such rendition');
    }
  }

  #sendThumbnail(req: IncomingMessage, res: ServerResponse, playbackId: string, version: number): void {
    const still = this.#options.thumbnail(playbackId);
    // An older one was replaced a moment ago: its address gets the newest, so that no card stands without a picture.
    if (!still || version > still.version) sendError(res, 404, 'no such picture');
    else sendPicture(req, res, still.jpeg);
  }

  #sendFile(req: IncomingMessage, res: ServerResponse, asked: Asked, name: string, query: string): void {
    if (name === 'media.m3u8') {
      this.#sendMediaPlaylist(req, res, asked, query);
      return;
    }
    const part = PART.exec(name);
    if (part) {
      this.#sendPart(req, res, asked, Number(part[1]), Number(part[2]));
      return;
    }
    const { rendition } = asked;
    const { window } = rendition;
    const segment = SEGMENT.exec(name);
    const init = INIT.exec(name);
    const wanted = segment ? window.segment(Number(segment[1])) : null;
    const period = init ? window.period(Number(init[1])) : null;
    if (wanted && wanted !== window.open) this.#sendMedia(req, res, wanted.parts.map(rendition.media));
    else if (period) this.#sendMedia(req, res, [rendition.header(period)]);
    else sendError(res, 404, 'no such file');
  }

  #sendMediaPlaylist(req: IncomingMessage, res: ServerResponse, asked: Asked, query: string): void {
    const directives = parseDirectives(query);
    if (!directives) {
      sendError(res, 400, 'malformed delivery directives');
      return;
    }
    const { awaited } = directives;
    const { window } = asked.rendition;
    const state = awaited ? reloadState(window, awaited) : 'ready';
    if (state === 'too_far') {
      sendError(res, 400, 'too far in the future');
    } else if (state === 'gone') {
      sendError(res, 404, 'no longer there');
    } else if (state === 'ready' || !awaited) {
      this.#answerPlaylist(req, res, asked, directives);
    } else {
      const isReady = () => reloadState(window, awaited) === 'ready';
      this.#block(res, asked, isReady, () => this.#answerPlaylist(req, res, asked, directives));
    }
  }

  #answerPlaylist(
    req: IncomingMessage,
    res: ServerResponse,
    { playback, rendition }: Asked,
    directives: DeliveryDirectives,
  ): void {
    // What was awaited is the cache key, and once it is there the answer may be shared.
    const maxAgeS = directives.awaited ? 2 * (rendition.window.timing?.targetDurationS ?? 1) : 1;
    this.#slowViewers.watch(res);
    sendPlaylist(req, res, playback.media(directives.isDelta, rendition), maxAgeS);
  }

  /** A part that exists is sent, the hinted one is awaited (RFC 8216bis 6.2.6), any other is not found. */
  #sendPart(req: IncomingMessage, res: ServerResponse, asked: Asked, msn: number, index: number): void {
    const { window, media } = asked.rendition;
    const find = () => window.segment(msn)?.parts[index];
    const part = find();
    if (part) {
      this.#sendMedia(req, res, [media(part)]);
      return;
    }
    const hinted = () =>
      !window.isEnded && msn === window.edgeMsn && index === (window.open?.parts.length ?? 0);
    if (!hinted()) {
      sendError(res, 404, 'no such part');
      return;
    }
    this.#block(
      res,
      asked,
      () => find() !== undefined || !hinted(),
      () => {
        const arrived = find();
        if (arrived) this.#sendMedia(req, res, [media(arrived)]);
        else sendError(res, 404, 'the part was not published');
      },
    );
  }

  #sendMedia(req: IncomingMessage, res: ServerResponse, pieces: readonly Buffer[]): void {
    this.#slowViewers.watch(res);
    sendMedia(req, res, pieces);
  }

  #block(
    res: ServerResponse,
    { playback, rendition }: Asked,
    isReady: () => boolean,
    answer: () => void,
  ): void {
    const timeoutMs = BLOCK_TARGETS * 1_000 * (rendition.window.timing?.targetDurationS ?? 1);
    const giveUp = playback.waitList.add(isReady, timeoutMs, (hasArrived) => {
      res.off('close', giveUpOnClose);
      if (hasArrived) answer();
      else sendError(res, 503, 'nothing new in time');
    });
    const giveUpOnClose = () => giveUp?.();
    if (giveUp) res.once('close', giveUpOnClose);
    else sendError(res, 503, 'too many viewers wait');
  }
}
