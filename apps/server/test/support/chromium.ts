import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { unpackChromium } from './unpack-chromium.ts';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const ARGS = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

export interface ChromiumOptions {
  /** Further command-line switches. */
  args?: string[];
  /** `npm`: the browser that comes with the packages, even where another one is installed. */
  from?: 'anywhere' | 'npm';
}

/**
 * A headless Chromium with a fake camera and microphone, granted without asking, and autoplay: the one that is
 * installed on this machine, else the one from npm (Linux on x64, needs no system libraries). Close it when done.
 * Throws when there is none to run.
 */
export async function launchChromium({
  args = [],
  from = 'anywhere',
}: ChromiumOptions = {}): Promise<Browser> {
  const installed = from === 'anywhere' ? INSTALLED.find((candidate) => existsSync(candidate)) : undefined;
  const browser = installed ? { executablePath: installed, env: process.env } : await unpackChromium();
  return chromium.launch({
    ...browser,
    args: [...ARGS, ...args],
    // The sandbox needs an ordinary user; root, as in containers, has to do without.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}
