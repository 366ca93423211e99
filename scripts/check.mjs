// `npm run check`: everything that can be said about the sources without running them.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './bootstrap/root.mjs';
import { lockFile } from './check/lock-file.mjs';
import { nodeProgram } from './check/program.mjs';
import { words } from './check/words.mjs';

const AT_A_TIME = 2;

const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));

/** Every TypeScript project, but the Android app, which has packages of its own. */
const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '*tsconfig.json'];
const projects = execFileSync('git', listed, { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => !file.startsWith('apps/android/'));

/** Each resolves with what is wrong, as text; an empty text is good. */
const checks = [
  [
    'format, lint, imports',
    () => nodeProgram('@biomejs/biome/bin/biome', 'ci', '--colors=off', '--max-diagnostics=100'),
  ],
  ...projects.map((project) => [
    `types of ${path.dirname(project)}`,
    () => nodeProgram('typescript/bin/tsc', '--noEmit', '-p', project),
  ]),
  ['unused code', () => nodeProgram('knip/bin/knip.js', '--no-progress', '--no-config-hints')],
  ['lock file', () => lockFile(lock)],
  ['words', words],
];

async function runNext() {
  for (let check = checks.shift(); check; check = checks.shift()) {
    const [name, run] = check;
    const startedAt = performance.now();
    const problems = await run();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${problems ? 'FAILED' : 'ok    '} ${name} (${seconds} s)${problems && `\n${problems}\n`}`);
    if (problems) process.exitCode = 1;
  }
}

await Promise.all(Array.from({ length: AT_A_TIME }, runNext));
