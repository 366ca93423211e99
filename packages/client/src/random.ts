/** A number in [0, 1), as `Math.random` gives it. */
export type Random = () => number;

/**
 * Fills `bytes`. Hermes has no `crypto`; there the bytes come from `Math.random`, which is enough for ids that
 * need to be distinct, not secret. An app that has a native source passes its own `newId`.
 */
function fillRandom(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  if (typeof crypto !== 'undefined' && typeof crypto.getRandomValues === 'function') {
    return crypto.getRandomValues(bytes);
  }
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = Math.floor(Math.random() * 256);
  return bytes;
}

/** A UUIDv7 (RFC 9562 section 5.7), for `clientMsgId` and `Idempotency-Key`. */
export function newId(nowMs: number = Date.now()): string {
  const bytes = fillRandom(new Uint8Array(16));
  for (let index = 0; index < 6; index += 1) bytes[index] = Math.floor(nowMs / 256 ** (5 - index)) % 256;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
