import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

const everyBuild = ['package-lock.json', 'tsconfig.base.json', 'scripts/build', 'packages/contract'];

/** What goes into each build, and where its result lies. */
export const builds = {
  server: {
    inputs: [
      ...everyBuild,
      'apps/server/src',
      'apps/server/tsconfig.json',
      'packages/client',
      'packages/media',
      'packages/emulators',
    ],
    output: 'apps/server/dist',
  },
  web: {
    inputs: [...everyBuild, 'apps/web', 'packages/client', 'packages/screens'],
    output: 'apps/web/dist',
  },
};

/** A result keeps the digest of its inputs in this file. */
export const stampFile = 'inputs.sha256';

/** Of these builds, those whose inputs have changed since, by content; each with the digest of its inputs. */
export function staleBuilds(names) {
  return names
    .map((name) => ({ name, digest: inputDigest(builds[name].inputs) }))
    .filter(({ name, digest }) => readStamp(builds[name].output) !== digest);
}

function readStamp(output) {
  const file = path.join(root, output, stampFile);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function inputDigest(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) addTo(hash, input);
  return hash.digest('hex');
}

function addTo(hash, relative) {
  const absolute = path.join(root, relative);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (!found) return;
  if (found.isDirectory()) {
    const names = readdirSync(absolute).filter((name) => !isNoInput(name));
    for (const name of names.sort()) addTo(hash, `${relative}/${name}`);
  } else {
    hash.update(`${relative}\n${found.size}\n`).update(readFileSync(absolute));
  }
}

function isNoInput(name) {
  return ['dist', 'test', 'node_modules'].includes(name) || /\.test\.tsx?$/.test(name);
}
