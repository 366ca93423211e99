import type { Readable } from 'node:stream';
import type { ByteRange } from './byte-range.ts';

/**
 * Object storage for recordings of shows that are over: far from this machine, slow, and there when the machine is not.
 * Names are `{recording id}/{file}`. Every call may reject with an error of its own.
 */
export interface RecordingArchive {
  /** Keeps the first `bytes` bytes of a local file; it is there, whole, when this resolves. Again: replaces it. */
  put(name: string, file: string, bytes: number): Promise<void>;
  /** All of a small one; null where there is none. */
  read(name: string): Promise<Buffer | null>;
  /** The bytes of a range, both ends included. */
  open(name: string, range: ByteRange): Promise<Readable>;
  /** Takes away everything of a recording. Idempotent. */
  remove(id: string): Promise<void>;
}
