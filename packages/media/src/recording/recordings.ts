import { createReadStream } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { RecordingArchive } from './archive.ts';
import type { ByteRange } from './byte-range.ts';
import { Recorder } from './recorder.ts';
import { decodeIndex, type RecordedFile, type RecordedSegment } from './recording-index.ts';
import { indexName, RecordingWriter } from './recording-writer.ts';
import { type Stretch, stretchesOf } from './stretches.ts';

/** A whole show, on the disk or in the archive. */
export interface Recording {
  id: string;
  isArchived: boolean;
  /** EXT-X-PROGRAM-DATE-TIME of its first frame. */
  startedAt: Date;
  durationMs: number;
  bytes: number;
  /** What was on air and could not be kept. */
  missingMs: number;
  files: readonly RecordedFile[];
  segments: readonly RecordedSegment[];
  /** In playing order; within a stretch the date of a frame follows from its place. */
  stretches: readonly Stretch[];
}

export interface RecordingsOptions {
  /** Each recording is a folder in it, named by its playback id. Made when the first one begins. */
  directory: string;
  /** False: what is there can be played and taken away, nothing is added to it. */
  isOn?: boolean;
  /** What all shows on air together may take; a show that gets no more goes on unrecorded. */
  runningBytes?: number;
  /** Media of one stream that may wait for the disk. */
  queueBytes?: number;
  /** Where `archive` moves a finished recording; null, the default, keeps all on the disk. */
  archive?: RecordingArchive | null;
  /** Told when a recording begins to lose segments, and when it is whole again. Names the playback id. */
  alert?: (line: string) => void;
}

interface Running {
  recorder: Recorder;
  bytes: number;
  /** Null while the show is on air. */
  finished: Promise<void> | null;
}

const MOST_REMEMBERED = 50;
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** How much of a file the index counts; behind it lies what a killed process had begun. */
export function sizeOf({ segments }: Recording, { number, headerBytes }: RecordedFile): number {
  const ends = segments.filter(({ file }) => file === number).map(({ offset, bytes }) => offset + bytes);
  return Math.max(headerBytes, ...ends);
}

/**
 * All recordings of this machine, as folders of one directory. What is kept and for how long its owner decides, by
 * `remove`. Beyond one machine's disk, those that are finished move into an archive with the same files.
 */
export class Recordings {
  readonly #options: Required<RecordingsOptions>;
  readonly #running = new Map<string, Running>();
  #runningBytes = 0;
  readonly #remembered = new Map<string, Recording>();

  constructor(options: RecordingsOptions) {
    const noLimit = Number.POSITIVE_INFINITY;
    const defaults = {
      isOn: true,
      runningBytes: noLimit,
      queueBytes: 16 * 1024 * 1024,
      archive: null,
      alert: () => {},
    };
    this.#options = { ...defaults, ...options };
  }

  /** Records under this id, behind what is recorded there already; until `finish`. Null when recording is off. */
  begin(id: string): Recorder | null {
    if (!this.#options.isOn) return null;
    const before = this.#running.get(id)?.finished;
    const recorder = new Recorder({
      openStore: async () => {
        await before;
        return RecordingWriter.open(this.#directoryOf(id));
      },
      queueBytes: this.#options.queueBytes,
      mayKeep: (bytes) => this.#mayKeep(running, bytes),
      alert: (line) => this.#options.alert(`${id}: ${line}`),
    });
    const running: Running = { recorder, bytes: 0, finished: null };
    this.#running.set(id, running);
    this.#remembered.delete(id);
    return recorder;
  }

  /** Ends the recording of a stream. Resolves when its files are whole. */
  async finish(id: string, recorder: Recorder): Promise<void> {
    const running = this.#running.get(id);
    if (running?.recorder !== recorder) return;
    running.finished = recorder.finish();
    await running.finished;
    this.#runningBytes -= running.bytes;
    if (this.#running.get(id) === running) this.#running.delete(id);
  }

  /** Null while it is being recorded, and where nothing was. */
  async find(id: string): Promise<Recording | null> {
    const running = this.#running.get(id);
    if (running && !running.finished) return null;
    await running?.finished;
    const known = this.#remembered.get(id);
    if (known) return known;
    const recording = await this.#read(id);
    if (!recording || this.#running.has(id)) return recording;
    this.#remembered.set(id, recording);
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size > MOST_REMEMBERED) this.#remembered.delete(oldest);
    return recording;
  }

  /**
   * The bytes of a file of a recording; `start` and `end` are within it. Rejects when they cannot be had (any more).
   */
  async open({ id, isArchived }: Recording, file: RecordedFile, range: ByteRange): Promise<Readable> {
    const name = `${file.number}.mp4`;
    if (isArchived && this.#options.archive) return this.#options.archive.open(`${id}/${name}`, range);
    const local = path.join(this.#directoryOf(id), name);
    // A stream that fails to open does so only after the answer has begun.
    await stat(local);
    return createReadStream(local, range);
  }

  /**
   * Moves a finished recording into the archive: the local copy goes when all of it is there, so a process that is
   * killed meanwhile leaves a whole one, and the next call begins again. False where there is nothing to move here.
   */
  async archive(id: string): Promise<boolean> {
    const { archive } = this.#options;
    const recording = archive && !this.#running.has(id) ? await this.find(id) : null;
    if (!archive || !recording) return false;
    if (recording.isArchived) return true;
    const directory = this.#directoryOf(id);
    for (const file of recording.files) {
      const name = `${file.number}.mp4`;
      await archive.put(`${id}/${name}`, path.join(directory, name), sizeOf(recording, file));
    }
    // Last: what has an index is whole.
    const index = path.join(directory, indexName);
    await archive.put(`${id}/${indexName}`, index, decodeIndex(await readFile(index)).length);
    if (this.#running.has(id)) return false;
    this.#remembered.delete(id);
    await rm(directory, { recursive: true, force: true });
    return true;
  }

  /** Ids of finished recordings, whole or not, that nothing was added to for `idleMs`. */
  async idle(nowMs: number, idleMs: number): Promise<string[]> {
    const names = await readdir(this.#options.directory).catch(() => []);
    const idle: string[] = [];
    for (const id of names) {
      if (this.#running.has(id) || !ID.test(id)) continue;
      const { mtimeMs } = await stat(path.join(this.#options.directory, id, indexName)).catch(() => ({
        mtimeMs: 0,
      }));
      if (nowMs - mtimeMs > idleMs) idle.push(id);
    }
    return idle;
  }

  /** Takes a recording away. A no-op where there is none, and for one that is being recorded. */
  async remove(id: string): Promise<void> {
    const running = this.#running.get(id);
    if (running && !running.finished) return;
    await running?.finished;
    this.#remembered.delete(id);
    await rm(this.#directoryOf(id), { recursive: true, force: true });
    await this.#options.archive?.remove(id);
  }

  /** Resolves when every recording that was told to finish is whole. */
  async settle(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ finished }) => finished));
  }

  #mayKeep(running: Running, bytes: number): boolean {
    if (this.#runningBytes + bytes > this.#options.runningBytes) return false;
    this.#runningBytes += bytes;
    running.bytes += bytes;
    return true;
  }

  async #read(id: string): Promise<Recording | null> {
    const local = await readFile(path.join(this.#directoryOf(id), indexName)).catch(() => null);
    const bytes = local ?? (await this.#options.archive?.read(`${id}/${indexName}`)) ?? null;
    if (!bytes) return null;
    const { files, segments, missingMs } = decodeIndex(bytes);
    const [first] = segments;
    if (!first) return null;
    const sum = (figure: (segment: RecordedSegment) => number) =>
      segments.reduce((total, segment) => total + figure(segment), 0);
    return {
      id,
      isArchived: local === null,
      startedAt: new Date(first.dateMs),
      durationMs: Math.round(sum(({ durationMs }) => durationMs)),
      bytes: sum((segment) => segment.bytes) + files.reduce((total, file) => total + file.headerBytes, 0),
      missingMs,
      files,
      segments,
      stretches: stretchesOf(segments),
    };
  }

  #directoryOf(id: string): string {
    if (!ID.test(id)) throw new TypeError(`${id} names no recording`);
    return path.join(this.#options.directory, id);
  }
}
