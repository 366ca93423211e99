import { readFile } from 'node:fs/promises';

type FlvTagKind = 'audio' | 'video' | 'script';

export interface FlvTag {
  kind: FlvTagKind;
  timestampMs: number;
  body: Buffer;
}

const KINDS: Readonly<Record<number, FlvTagKind>> = { 8: 'audio', 9: 'video', 18: 'script' };
const TAG_HEADER_BYTES = 11;

/**
 * Iterates over the tags of an FLV file in memory, in file order; unknown tag types are skipped and a tag
 * that is cut short ends the iteration. Throws `TypeError` if it is no FLV at all. Adobe Flash Video File
 * Format 10.1, annexes E.2 to E.4.
 */
export function* readFlvTags(file: Buffer): Generator<FlvTag> {
  if (file.toString('latin1', 0, 3) !== 'FLV' || file.length < 9) throw new TypeError('not an FLV file');
  let at = file.readUInt32BE(5) + 4;
  while (at + TAG_HEADER_BYTES <= file.length) {
    const size = file.readUIntBE(at + 1, 3);
    const body = at + TAG_HEADER_BYTES;
    if (body + size > file.length) return;
    const kind = KINDS[file.readUInt8(at) & 31];
    const timestampMs = file.readUIntBE(at + 4, 3) | (file.readUInt8(at + 7) << 24);
    if (kind) yield { kind, timestampMs: timestampMs >>> 0, body: file.subarray(body, body + size) };
    at = body + size + 4;
  }
}

/** Reads a whole FLV file into memory; meant for clips, not for recordings. */
export async function readFlvFile(path: string | URL): Promise<FlvTag[]> {
  return [...readFlvTags(await readFile(path))];
}
