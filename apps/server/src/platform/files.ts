import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from './app-error.ts';

/**
 * Keeps small files under names that we made ourselves (`^[a-z0-9-]+\.[a-z0-9]+$`), for good. A saved file is durable
 * when `save` resolves, and never half written. Both throw `unavailable` when the store cannot be reached.
 */
export abstract class Files {
  /** Where they are, for the operator. */
  abstract readonly place: string;

  abstract save(name: string, content: Buffer): Promise<void>;
  /** Null when there is no such file, also for what is no name of ours. */
  abstract read(name: string): Promise<Buffer | null>;
}

export const isFileName = (name: string) => /^[a-z0-9-]+\.[a-z0-9]+$/.test(name);

/** A local directory: one machine. Successor for several nodes: {@link S3Files}. */
export class DirectoryFiles extends Files {
  constructor(readonly place: string) {
    super();
  }

  async save(name: string, content: Buffer): Promise<void> {
    if (!isFileName(name)) throw new Error(`${JSON.stringify(name)} is no file name of ours`);
    await mkdir(this.place, { recursive: true });
    const target = path.join(this.place, name);
    await using file = await open(`${target}.part`, 'w');
    await file.writeFile(content);
    await file.sync();
    await rename(`${target}.part`, target);
  }

  async read(name: string): Promise<Buffer | null> {
    if (!isFileName(name)) return null;
    try {
      return await readFile(path.join(this.place, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new AppError('unavailable', { retryAfterMs: 1000 }, { cause: error });
    }
  }
}
