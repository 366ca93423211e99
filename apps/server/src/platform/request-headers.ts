/** What an Idempotency-Key header says, bare or quoted; null when it is not 8 to 255 visible ASCII characters. */
export function idempotencyKey(header: string): string | null {
  const key = header.startsWith('"') && header.endsWith('"') ? header.slice(1, -1) : header;
  return /^[\x21-\x7e]{8,255}$/.test(key) ? key : null;
}

/** The token of an Authorization header (RFC 6750 section 2.1); null for anything else. */
export function bearerToken(header: string): string | null {
  return /^Bearer ([^\s]+)$/.exec(header)?.[1] ?? null;
}
