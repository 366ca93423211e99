import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { countPresent, hasDevelopmentPackages, isInstalled, missingPackages } from './installed-packages.mjs';
import { root } from './root.mjs';

const PROGRESS_INTERVAL_MS = 3000;
const unfinishedMark = path.join(root, '.data/install-unfinished');

/** @param {'production' | 'all'} dependencies */
export function needsInstall(dependencies) {
  return existsSync(unfinishedMark) || missingPackages(dependencies).length > 0;
}

/**
 * Brings the installed packages in line with the lock file. Throws when npm fails.
 * @param {'production' | 'all'} dependencies
 */
export async function install(dependencies) {
  const wanted = dependencies === 'all' || hasDevelopmentPackages() ? 'all' : 'production';
  const names = missingPackages(wanted);
  const startedAt = Date.now();
  say(`installing ${names.length} packages, a minute or two the first time`);
  const presentBefore = countPresent(names);
  const progress = setInterval(() => {
    say(
      `${countPresent(names) - presentBefore} of ${names.length} packages after ${secondsSince(startedAt)} s`,
    );
  }, PROGRESS_INTERVAL_MS);

  const command = chooseCommand();
  mkdirSync(path.dirname(unfinishedMark), { recursive: true, mode: 0o700 });
  writeFileSync(unfinishedMark, '');
  const omit = wanted === 'production' ? ['--omit=dev'] : [];
  const status = await npm([
    ...command,
    ...omit,
    '--no-audit',
    '--no-fund',
    '--no-progress',
    '--loglevel=error',
  ]);
  clearInterval(progress);
  if (status !== 0) throw new Error(`npm ${command.join(' ')} ended with exit code ${status}`);
  const left = missingPackages(wanted);
  if (left.length > 0) throw new Error(`npm ended well but did not install ${left.join(', ')}`);
  rmSync(unfinishedMark);
  say(`done in ${secondsSince(startedAt)} s`);
}

/**
 * An empty clone, or what an interrupted install left, gets exactly the lock file. Otherwise the packages that are
 * right stay untouched, because a server may be running on them: `npm ci` would delete them first.
 */
function chooseCommand() {
  return isInstalled() && !existsSync(unfinishedMark) ? ['install', '--no-save'] : ['ci'];
}

/** The npm that runs this script, or else the one in PATH. */
function npm(args) {
  const own = process.env.npm_execpath;
  const child = own?.endsWith('npm-cli.js')
    ? spawn(process.execPath, [own, ...args], { cwd: root, stdio: 'inherit' })
    : spawn('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
}

function say(text) {
  console.log(`[install] ${text}`);
}

function secondsSince(startedAt) {
  return Math.round((Date.now() - startedAt) / 1000);
}
