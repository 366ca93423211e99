import type { Readable } from 'node:stream';
import type { RecordingArchive } from '../recording/archive.ts';
import type { ByteRange } from '../recording/byte-range.ts';

/** An archive as plain data, to be opened where the recordings are: a module and what its `openArchive` is given. */
export interface ArchiveModule {
  /** `file:` URL of a module that exports `openArchive(settings): Promise<RecordingArchive>`. */
  url: string;
  settings: unknown;
}

/** The archive behind a module, which is loaded when it is first needed. */
export class LoadedArchive implements RecordingArchive {
  readonly #module: ArchiveModule;
  #opened: Promise<RecordingArchive> | null = null;

  constructor(module: ArchiveModule) {
    this.#module = module;
  }

  async put(name: string, file: string, bytes: number): Promise<void> {
    await (await this.#open()).put(name, file, bytes);
  }

  async read(name: string): Promise<Buffer | null> {
    return (await this.#open()).read(name);
  }

  async open(name: string, range: ByteRange): Promise<Readable> {
    return (await this.#open()).open(name, range);
  }

  async remove(id: string): Promise<void> {
    await (await this.#open()).remove(id);
  }

  #open(): Promise<RecordingArchive> {
    this.#opened ??= import(this.#module.url).then(({ openArchive }) => openArchive(this.#module.settings));
    return this.#opened;
  }
}
