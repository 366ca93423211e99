import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';

/**
 * Keeps files under names that we made ourselves. A saved file is durable when `save` resolves, and never half
 * written. Names: `^[a-z0-9-]+\.[a-z0-9]+$`.
 */
export abstract class Files {
  abstract save(name: string, content: Buffer): Promise<void>;
}

/** A local directory: one machine. Successor for several nodes: an S3-compatible store behind this port. */
export class DirectoryFiles extends Files {
  constructor(readonly directory: string) {
    super();
  }

  async save(name: string, content: Buffer): Promise<void> {
    if (!/^[a-z0-9-]+\.[a-z0-9]+$/.test(name))
      throw new Error(`${JSON.stringify(name)} is no file name of ours`);
    await mkdir(this.directory, { recursive: true });
    const target = path.join(this.directory, name);
    await using file = await open(`${target}.part`, 'w');
    await file.writeFile(content);
    await file.sync();
    await rename(`${target}.part`, target);
  }
}
