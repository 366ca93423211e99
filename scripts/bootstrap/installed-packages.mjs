import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

// npm notes here, when it has finished, what it has installed.
const installedLock = path.join(root, 'node_modules/.package-lock.json');
const wantedLock = path.join(root, 'package-lock.json');

/** False in an empty clone, and after an `npm ci` that did not come to its end. */
export function isInstalled() {
  return existsSync(installedLock);
}

/** True once any development dependency is there: then an install must not take it away again. */
export function hasDevelopmentPackages() {
  return Object.values(readPackages(installedLock)).some((entry) => entry.dev);
}

/**
 * Paths of the packages that the lock file asks for and npm has not installed, or in another version.
 * @param {'production' | 'all'} dependencies
 */
export function missingPackages(dependencies) {
  const installed = readPackages(installedLock);
  return neededPackages(dependencies)
    .filter(
      ([name, entry]) =>
        installed[name]?.version !== entry.version || installed[name]?.integrity !== entry.integrity,
    )
    .map(([name]) => name);
}

/** How many of these packages have their directory: the progress of an install. */
export function countPresent(names) {
  return names.filter((name) => existsSync(path.join(root, name, 'package.json'))).length;
}

function neededPackages(dependencies) {
  return Object.entries(readPackages(wantedLock)).filter(
    ([name, entry]) =>
      name.includes('node_modules/') &&
      !entry.link &&
      !(entry.dev && dependencies === 'production') &&
      (!entry.optional || isForThisPlatform(entry)),
  );
}

/** Optional packages are binaries of one platform; those that also depend on the C library are npm's to choose. */
function isForThisPlatform({ os, cpu, libc }) {
  return !libc && [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch);
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}
