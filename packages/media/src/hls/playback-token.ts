import { createHmac, timingSafeEqual } from 'node:crypto';

const BUCKET_MS = 12 * 3_600_000;
const PRIVATE = 'private-';
const SHAPE = /^s-(\d{1,12})-([A-Za-z0-9_-]{22})$/;

/** The playback id of a stream that only holders of a token may play, whoever may play the others. */
export function privatePlaybackId(id: string): string {
  return PRIVATE + id;
}

export function isPrivatePlaybackId(playbackId: string): boolean {
  return playbackId.startsWith(PRIVATE);
}

/**
 * Lets its holder play one stream for 12 to 24 hours: `s-{end, in seconds since 1970}-{code}`. It is the same for
 * everybody who asks within 12 hours, so that caches serve all of them alike. As the first folder of the stream's
 * addresses it is part of every address that playlists refer to.
 */
export function playbackToken(secret: string, playbackId: string, nowMs: number): string {
  const endS = ((Math.floor(nowMs / BUCKET_MS) + 2) * BUCKET_MS) / 1_000;
  return `s-${endS}-${codeOf(secret, playbackId, endS).toString('base64url')}`;
}

export function isPlaybackToken(token: string, secret: string, playbackId: string, nowMs: number): boolean {
  const [, end, code] = SHAPE.exec(token) ?? [];
  if (end === undefined || code === undefined || Number(end) * 1_000 <= nowMs) return false;
  const given = Buffer.from(code, 'base64url');
  const right = codeOf(secret, playbackId, Number(end));
  return given.length === right.length && timingSafeEqual(given, right);
}

function codeOf(secret: string, playbackId: string, endS: number): Buffer {
  return createHmac('sha256', secret).update(`playback ${endS} ${playbackId}`).digest().subarray(0, 16);
}
