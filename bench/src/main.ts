// `npm run bench [name...]`: runs these benchmarks, or all, one after the other. Prints one line of JSON for each
// (everything else goes to standard error) and fails when a target is missed or a benchmark fails.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from './result.ts';

const TIMEOUT_MS = 15 * 60_000;

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Every file beside this one is a benchmark; what several share lies in folders. */
const known = readdirSync(here('.'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((name) => name !== 'main' && name !== 'result')
  .sort();

/** Each in its own process: heaps, timers and crashes of one do not touch the next. */
function runOne(name: string): Promise<BenchResult> {
  const child = spawn(process.execPath, [here('harness/run-one.ts'), name], {
    stdio: ['ignore', 2, 2, 'ipc'],
    timeout: TIMEOUT_MS,
  });
  return new Promise((resolve, reject) => {
    let result: BenchResult | undefined;
    child.once('message', (message) => {
      result = message as BenchResult;
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (result && code === 0) resolve(result);
      else reject(new Error(`${name} ended without a result (${signal ?? `exit code ${code}`})`));
    });
  });
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')}. There are: ${known.join(', ')}`);
  process.exit(2);
}
for (const name of wanted) {
  try {
    const result = await runOne(name);
    console.log(JSON.stringify(result));
    if (!result.pass) process.exitCode = 1;
  } catch (error) {
    console.log(JSON.stringify({ name, pass: false, error: (error as Error).message }));
    process.exitCode = 1;
  }
}
