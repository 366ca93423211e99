import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A C program that was built for one use, or `path: null` where it cannot be built (no compiler, another system). */
export class BuiltProgram implements AsyncDisposable {
  readonly path: string | null;
  readonly #directory: string;

  private constructor(directory: string, path: string | null) {
    this.#directory = directory;
    this.path = path;
  }

  static async from(source: string): Promise<BuiltProgram> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'vybekart-bench-'));
    const program = path.join(directory, path.basename(source, '.c'));
    const isBuilt = spawnSync('cc', ['-O2', '-o', program, source]).status === 0;
    return new BuiltProgram(directory, isBuilt ? program : null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}
