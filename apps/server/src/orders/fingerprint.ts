import { hash } from 'node:crypto';

/** SHA-256 of what was asked, whose fields stand in the order of their schemas. */
export function fingerprint(asked: readonly unknown[]): Buffer {
  // By way of a string, which Node makes three times as fast as a Buffer.
  return Buffer.from(hash('sha256', JSON.stringify(asked), 'hex'), 'hex');
}
