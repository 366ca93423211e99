import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from '../bootstrap/root.mjs';

/** Runs a program of an installed package; resolves with its output when it fails, and with nothing when not. */
export function nodeProgram(program, ...args) {
  return outputIfFailed(process.execPath, [path.join(root, 'node_modules', program), ...args]);
}

/** Runs any program in the same way. */
export function outputIfFailed(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? '' : output.trim() || `ended with exit code ${code}`));
  });
}
