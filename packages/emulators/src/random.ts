import { randomFillSync } from 'node:crypto';

/** A source of `count` random bytes; the default is the operating system's. */
export type RandomBytes = (count: number) => Uint8Array;

const pool = new Uint8Array(8192);
let used = pool.length;

/** One system call fills the pool for hundreds of ids. */
export const systemRandom: RandomBytes = (count) => {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.slice(used - count, used);
};

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** `length` characters of [A-Za-z0-9]; 24 of them carry about 142 bits. */
export function randomText(random: RandomBytes, length: number): string {
  let text = '';
  for (const byte of random(length)) text += ALPHABET[byte % ALPHABET.length];
  return text;
}
