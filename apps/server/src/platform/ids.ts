import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** A new UUIDv7 (RFC 9562 section 5.7): ids sort by the time they were made. */
export function newId(now = Date.now()): string {
  const time = now.toString(16).padStart(12, '0');
  // Everything from the version on is as random as in version 4, whose entropy Node draws for many at once.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** A secret of 256 bits, URL-safe. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored instead of a secret of full entropy; SHA-256 is enough because such a secret cannot be guessed. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
