import { statSync } from 'node:fs';

/** The user that PostgreSQL runs as; empty means: as the user of this process. */
export interface RunAs {
  uid?: number;
  gid?: number;
}

/** "nobody" on every Unix. Used by number, so that no account has to exist or be created. */
const NOBODY = 65534;

/**
 * PostgreSQL refuses to run as root. Started by root, it runs as the owner of the cluster that is there
 * (a directory that an ordinary user made earlier stays theirs), or else as nobody.
 */
export function chooseRunAs(clusterDir: string): RunAs {
  if (process.getuid?.() !== 0) return {};
  const owner = statSync(clusterDir, { throwIfNoEntry: false });
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : { uid: NOBODY, gid: NOBODY };
}
