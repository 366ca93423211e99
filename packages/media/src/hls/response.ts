import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ByteRange } from '../recording/byte-range.ts';
import type { RenderedPlaylist } from './rendered-playlist.ts';

/**
 * Media never changes behind its URI: the session id in it is random and the sequence number only grows, and a
 * recording is only added to.
 */
export const FOREVER = 'public, max-age=31536000, immutable';
const BRIEFLY = 'public, max-age=1';

/** Answers to any origin may be read by any page: players run on hosts we do not know, without cookies. */
const COMMON_HEADERS = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
} as const;

export function sendPlaylist(
  req: IncomingMessage,
  res: ServerResponse,
  playlist: RenderedPlaylist,
  maxAgeS: number,
): void {
  const isGzipped = /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''));
  const body = isGzipped ? playlist.gzipped : playlist.plain;
  res.writeHead(200, {
    ...COMMON_HEADERS,
    'content-type': 'application/vnd.apple.mpegurl',
    'content-length': body.length,
    'cache-control': `public, max-age=${maxAgeS}`,
    vary: 'accept-encoding',
    ...(isGzipped ? { 'content-encoding': 'gzip' } : {}),
  });
  res.end(req.method === 'HEAD' ? undefined : body);
}

/** The head of an answer with a part of a file, or with all of it; the body is the caller's. */
export function sendFileHead(
  res: ServerResponse,
  size: number,
  range: ByteRange | 'whole' | 'unsatisfiable',
  cacheControl: string,
): void {
  if (range === 'unsatisfiable') {
    res.writeHead(416, { ...COMMON_HEADERS, 'content-range': `bytes */${size}`, 'content-length': 0 });
    return;
  }
  const isPart = range !== 'whole';
  res.writeHead(isPart ? 206 : 200, {
    ...COMMON_HEADERS,
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'content-length': isPart ? range.end - range.start + 1 : size,
    'cache-control': cacheControl,
    ...(isPart ? { 'content-range': `bytes ${range.start}-${range.end}/${size}` } : {}),
  });
}

/** Sends the pieces one after the other, each only when the one before has left: a slow reader costs one. */
export function sendMedia(req: IncomingMessage, res: ServerResponse, pieces: readonly Buffer[]): void {
  res.writeHead(200, {
    ...COMMON_HEADERS,
    'content-type': 'video/mp4',
    'content-length': pieces.reduce((bytes, piece) => bytes + piece.length, 0),
    'cache-control': FOREVER,
  });
  if (req.method === 'HEAD') res.end();
  else sendFrom(res, pieces, 0);
}

function sendFrom(res: ServerResponse, pieces: readonly Buffer[], from: number): void {
  for (let i = from; i < pieces.length; i++) {
    if (!res.write(pieces[i])) {
      res.once('drain', () => sendFrom(res, pieces, i + 1));
      return;
    }
  }
  res.end();
}

/** A picture of a moment: worth keeping for as long as its list is shown. */
export function sendPicture(req: IncomingMessage, res: ServerResponse, jpeg: Buffer): void {
  res.writeHead(200, {
    ...COMMON_HEADERS,
    'content-type': 'image/jpeg',
    'content-length': jpeg.length,
    'cache-control': 'public, max-age=60',
  });
  res.end(req.method === 'HEAD' ? undefined : jpeg);
}

/** 404 is remembered by caches for a second, so that a crowd before the show reaches the origin once. */
export function sendError(res: ServerResponse, status: 400 | 403 | 404 | 503, reason: string): void {
  res.writeHead(status, {
    ...COMMON_HEADERS,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': status === 404 ? BRIEFLY : 'no-store',
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  });
  res.end(`${reason}\n`);
}

export function sendMethodNotAllowed(res: ServerResponse): void {
  res.writeHead(405, { ...COMMON_HEADERS, allow: 'GET, HEAD, OPTIONS' });
  res.end();
}

export function sendPreflight(res: ServerResponse): void {
  res.writeHead(204, {
    ...COMMON_HEADERS,
    'access-control-allow-methods': 'GET, HEAD, OPTIONS',
    'access-control-allow-headers': '*',
    'access-control-max-age': '86400',
  });
  res.end();
}
