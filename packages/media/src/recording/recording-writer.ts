import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Period } from '../cmaf/packager.ts';
import { decodeIndex, encodeEntry, type IndexEntry } from './recording-index.ts';

export const indexName = 'index.jsonl';

/** A finished segment on its way to the disk. Its parts are the buffers that viewers get. */
export interface SegmentToKeep {
  period: Period;
  parts: readonly Buffer[];
  bytes: number;
  durationMs: number;
  dateMs: number;
  isDiscontinuous: boolean;
}

/** Where a recorder puts its segments, one after the other. A rejection means that the segment is not kept. */
export interface SegmentStore {
  /** `missingMs`: what could not be kept since the segment before. */
  append(segment: SegmentToKeep, missingMs: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Appends to the files of one recording: `{n}.mp4`, and `index.jsonl` which says what of them counts. A segment is on
 * the disk (fdatasync) before its index line is, and both are before `append` resolves; so a process that is killed
 * loses the segment in flight and nothing before it. Each process, and each new set of tracks, begins another file.
 */
export class RecordingWriter implements SegmentStore {
  readonly #directory: string;
  readonly #index: FileHandle;
  #indexLength: number;
  #nextFile: number;
  #media: { handle: FileHandle; number: number; length: number; header: Buffer } | null = null;

  private constructor(directory: string, index: FileHandle, indexLength: number, nextFile: number) {
    this.#directory = directory;
    this.#index = index;
    this.#indexLength = indexLength;
    this.#nextFile = nextFile;
  }

  /** Begins a recording in `directory`, or goes on with the one that is there. */
  static async open(directory: string): Promise<RecordingWriter> {
    await mkdir(directory, { recursive: true });
    const file = path.join(directory, indexName);
    const known = decodeIndex(await readFile(file).catch(() => Buffer.alloc(0)));
    const index = await open(file, known.length > 0 ? 'r+' : 'w');
    await index.truncate(known.length);
    return new RecordingWriter(directory, index, known.length, known.files.length);
  }

  async append(segment: SegmentToKeep, missingMs: number): Promise<void> {
    const { handle, number, length } = await this.#fileFor(segment.period);
    await writeAll(handle, segment.parts, length);
    await handle.datasync();
    const { bytes, durationMs, dateMs, isDiscontinuous } = segment;
    await this.#note([
      ...(missingMs > 0 ? [{ kind: 'gap', durationMs: missingMs } as const] : []),
      { kind: 'segment', file: number, offset: length, bytes, durationMs, dateMs, isDiscontinuous },
    ]);
    if (this.#media) this.#media.length = length + bytes;
  }

  async close(): Promise<void> {
    await this.#media?.handle.close();
    await this.#index.close();
  }

  async #fileFor(period: Period) {
    if (this.#media?.header.equals(period.initSegment)) return this.#media;
    await this.#media?.handle.close();
    this.#media = null;
    const number = this.#nextFile;
    const header = period.initSegment;
    const handle = await open(path.join(this.#directory, `${number}.mp4`), 'w');
    try {
      await writeAll(handle, [header], 0);
      await handle.datasync();
      await this.#note([
        {
          kind: 'file',
          number,
          headerBytes: header.length,
          codecs: [period.video?.codec, period.audio?.codec].filter((codec) => codec !== undefined),
          width: period.video?.width ?? null,
          height: period.video?.height ?? null,
          framesPerSecond: period.framesPerSecond,
        },
      ]);
    } catch (error) {
      await handle.close();
      throw error;
    }
    this.#nextFile++;
    this.#media = { handle, number, length: header.length, header };
    return this.#media;
  }

  async #note(entries: readonly IndexEntry[]): Promise<void> {
    const lines = Buffer.from(entries.map(encodeEntry).join(''));
    try {
      await writeAll(this.#index, [lines], this.#indexLength);
      await this.#index.datasync();
    } catch (error) {
      await this.#index.truncate(this.#indexLength).catch(() => {});
      throw error;
    }
    this.#indexLength += lines.length;
  }
}

/** `writev` may write less than it was given when the disk is full. */
async function writeAll(handle: FileHandle, pieces: readonly Buffer[], position: number): Promise<void> {
  const wanted = pieces.reduce((bytes, piece) => bytes + piece.length, 0);
  const { bytesWritten } = await handle.writev(pieces, position);
  if (bytesWritten < wanted) throw new Error(`only ${bytesWritten} of ${wanted} bytes could be written`);
}
