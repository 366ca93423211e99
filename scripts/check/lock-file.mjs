import { outputIfFailed } from './program.mjs';

/**
 * `npm ci` must accept the lock file on every platform (it refuses one that lacks packages of another), and the
 * lock must name no registry, so that it serves behind any.
 */
export async function lockFile(lock) {
  const withAddress = Object.entries(lock.packages).filter(([, { resolved }]) =>
    /^https?:/.test(resolved ?? ''),
  );
  if (withAddress.length > 0)
    return `addresses of a registry: ${withAddress.map(([name]) => name).join(', ')}`;
  const npm = process.env.npm_execpath;
  const args = ['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  return npm?.endsWith('npm-cli.js')
    ? outputIfFailed(process.execPath, [npm, ...args])
    : outputIfFailed('npm', args);
}
