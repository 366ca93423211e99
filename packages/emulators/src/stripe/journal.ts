import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type ChangeSet, encodeChanges } from './journal-format.ts';

/** Keeps changes; `settled` resolves when all that was appended so far survives a crash, `undefined` = at once. */
export interface Journal {
  append(changes: ChangeSet): void;
  settled(): Promise<void> | undefined;
  close(): Promise<void>;
}

/** Keeps nothing: for tests and benchmarks. State that must outlive the process: `FileJournal`. */
export const memoryJournal: Journal = {
  append() {},
  settled: () => undefined,
  close: () => Promise.resolve(),
};

const FILE = 'stripe.journal';
const RETRY_MS = 1000;

interface Waiter {
  sequence: number;
  resolve(): void;
  reject(cause: unknown): void;
}

/**
 * An append-only file of batches, each `<crc32 hex> <length>\n` and then `length` bytes of lines. Lines that arrive
 * while a batch is being fsynced form the next batch, so one fsync serves many requests. A batch that could not be
 * written (disk full) is refused to its waiters, kept, and tried again at the same place.
 */
export class FileJournal implements Journal {
  readonly #file: FileHandle;
  #length: number;
  #queued: string[] = [];
  #appended = 0;
  #settled = 0;
  #waiters: Waiter[] = [];
  #writing: Promise<void> | null = null;
  #retry: NodeJS.Timeout | null = null;

  private constructor(file: FileHandle, length: number) {
    this.#file = file;
    this.#length = length;
  }

  /**
   * Replays the journal of `directory` line by line, cuts off a torn last batch, and opens it for appending. When the
   * file is longer than `compactAboveBytes`, it is first rewritten from `snapshot`, unless that gives null.
   * Throws when a batch before the last one is damaged.
   */
  static async open(
    directory: string,
    replay: (line: string) => void,
    snapshot: () => Iterable<ChangeSet> | null,
    compactAboveBytes: number,
  ): Promise<FileJournal> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, FILE);
    const file = await open(path, 'a+', 0o600);
    await file.close();
    await syncDirectory(directory);
    const journal = await FileJournal.#openAt(path, replay);
    const rows = journal.#length > compactAboveBytes ? snapshot() : null;
    if (rows === null) return journal;

    const compactPath = `${path}.compact`;
    const compact = new FileJournal(await open(compactPath, 'w', 0o600), 0);
    for (const changes of rows) {
      compact.append(changes);
      if (compact.#queued.length > 5000) await compact.settled();
    }
    await compact.settled();
    await journal.close();
    await rename(compactPath, path);
    await syncDirectory(directory);
    return compact;
  }

  static async #openAt(path: string, replay: (line: string) => void): Promise<FileJournal> {
    const file = await open(path, 'r+');
    try {
      const { size } = await file.stat();
      let position = 0;
      while (position < size) {
        const batch = await readBatch(file, position, size);
        if (batch === null) break;
        for (const line of batch.lines.split('\n')) if (line !== '') replay(line);
        position = batch.end;
      }
      if (position < size) await file.truncate(position);
      return new FileJournal(file, position);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  append(changes: ChangeSet): void {
    this.#queued.push(`${encodeChanges(changes)}\n`);
    this.#appended++;
    this.#writing ??= this.#writeQueued();
  }

  settled(): Promise<void> | undefined {
    if (this.#settled === this.#appended) return undefined;
    const sequence = this.#appended;
    const settled = new Promise<void>((resolve, reject) => this.#waiters.push({ sequence, resolve, reject }));
    this.#writing ??= this.#writeQueued();
    return settled;
  }

  async close(): Promise<void> {
    if (this.#retry) clearTimeout(this.#retry);
    await this.#writing;
    await this.#file.close();
  }

  async #writeQueued(): Promise<void> {
    while (this.#queued.length > 0) {
      const lines = this.#queued;
      this.#queued = [];
      const last = this.#settled + lines.length;
      try {
        const batch = encodeBatch(lines.join(''));
        await writeAll(this.#file, batch, this.#length);
        await this.#file.datasync();
        this.#length += batch.length;
        this.#settled = last;
        this.#answerWaiters(last);
      } catch (cause) {
        this.#queued = lines.concat(this.#queued);
        this.#answerWaiters(Number.POSITIVE_INFINITY, cause);
        this.#retry ??= setTimeout(() => {
          this.#retry = null;
          this.#writing ??= this.#writeQueued();
        }, RETRY_MS).unref();
        break;
      }
    }
    this.#writing = null;
  }

  #answerWaiters(upTo: number, cause?: unknown): void {
    const answered = this.#waiters.filter((waiter) => waiter.sequence <= upTo);
    this.#waiters = this.#waiters.filter((waiter) => waiter.sequence > upTo);
    for (const waiter of answered) cause === undefined ? waiter.resolve() : waiter.reject(cause);
  }
}

function encodeBatch(lines: string): Buffer {
  const body = Buffer.from(lines);
  return Buffer.concat([Buffer.from(`${crc32(body).toString(16).padStart(8, '0')} ${body.length}\n`), body]);
}

/** A header that was cut off, or space that the file system had reserved but not filled. */
const TORN_HEADER = /^(?:[0-9a-f]{0,8}|[0-9a-f]{8} \d{0,15}|\0+)$/;

/** `null` when the batch at `position` is torn, which is normal only for the last one. */
async function readBatch(
  file: FileHandle,
  position: number,
  size: number,
): Promise<{ lines: string; end: number } | null> {
  const damaged = new Error(`the Stripe emulator's journal is damaged at byte ${position}`);
  const head = (await readAt(file, position, Math.min(32, size - position))).toString('latin1');
  const header = /^([0-9a-f]{8}) (\d{1,15})\n/.exec(head);
  if (!header) {
    if (TORN_HEADER.test(head)) return null;
    throw damaged;
  }
  const start = position + header[0].length;
  const end = start + Number(header[2]);
  if (end > size) return null;
  const body = await readAt(file, start, end - start);
  if (crc32(body) === Number.parseInt(header[1] as string, 16)) return { lines: body.toString(), end };
  if (end === size) return null;
  throw damaged;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** Makes a new or renamed file's name durable; Windows has no such call. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  await directory.sync();
  await directory.close();
}
