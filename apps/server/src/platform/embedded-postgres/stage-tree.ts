import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';

/**
 * Copies a tree of programs to a place where every user may read and run it, and returns how many files were
 * copied. What is there already with the right size stays, so that calling it again costs some milliseconds and
 * mends a copy that a cleaner of old temporary files has thinned out.
 * Throws when the target exists but could have been prepared by somebody else.
 */
export function stageTree(source: string, target: string): number {
  mkdirSync(target, { recursive: true, mode: 0o755 });
  const found = lstatSync(target);
  const owner = process.getuid?.() ?? found.uid;
  if (!found.isDirectory() || (found.uid !== owner && found.uid !== 0) || (found.mode & 0o022) !== 0) {
    throw new Error('exists, but others may have written to it');
  }
  return found.uid === owner ? copyMissing(source, target) : 0;
}

function copyMissing(source: string, target: string): number {
  mkdirSync(target, { recursive: true });
  chmodSync(target, 0o755);
  let copied = 0;
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const from = path.join(source, entry.name);
    const to = path.join(target, entry.name);
    if (entry.isDirectory()) {
      copied += copyMissing(from, to);
      continue;
    }
    if (lstatSync(to, { throwIfNoEntry: false })?.size === lstatSync(from).size) continue;
    // Under its final name only when complete: another server may be starting from the same copy.
    const draft = `${to}.${process.pid}`;
    if (entry.isSymbolicLink()) {
      symlinkSync(readlinkSync(from), draft);
    } else {
      copyFileSync(from, draft, constants.COPYFILE_FICLONE);
      chmodSync(draft, 0o755);
    }
    renameSync(draft, to);
    copied += 1;
  }
  return copied;
}
