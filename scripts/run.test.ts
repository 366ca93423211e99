import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

/**
 * What stands for the formatter, so that `run.mjs format` has something to run: it writes down each signal, and
 * either ends with an exit code at once or waits for a signal.
 */
const program = `
import { appendFileSync } from 'node:fs';
const [, , , , behaviour, file] = process.argv;
console.log('program got', process.argv.slice(4).join(' '));
if (behaviour === 'exit') process.exit(Number(file));
const alive = setInterval(() => {}, 60_000);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    appendFileSync(file, signal + '\\n');
    setTimeout(() => process.exit(7), 700);
  });
}
console.log('program pid', process.pid);
`;

let clone: string;
const started: number[] = [];

beforeEach(async () => {
  clone = await mkdtemp(path.join(os.tmpdir(), 'vybekart clone '));
  await cp(fileURLToPath(new URL('bootstrap', import.meta.url)), path.join(clone, 'scripts/bootstrap'), {
    recursive: true,
  });
  await cp(fileURLToPath(new URL('run.mjs', import.meta.url)), path.join(clone, 'scripts/run.mjs'));
  await addPackage('1.0.0');
});

afterEach(async () => {
  for (const pid of started.splice(0)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
  await rm(clone, { recursive: true, force: true });
});

/** Makes the lock file ask for this version of the program, which lies in the clone as a tarball. */
async function addPackage(version: string): Promise<void> {
  const name = '@biomejs/biome';
  const source = path.join(clone, 'tarball/package');
  await mkdir(path.join(source, 'bin'), { recursive: true });
  await writeFile(path.join(source, 'package.json'), JSON.stringify({ name, version, type: 'module' }));
  // Of its own bytes each time: npm would install what it has in its cache without looking at the tarball.
  await writeFile(path.join(source, 'bin/biome'), `${program}// ${randomUUID()}\n`);
  const tarball = `biome-${version}.tgz`;
  execFileSync('tar', ['-czf', path.join(clone, tarball), '-C', path.dirname(source), 'package']);
  const integrity = `sha512-${createHash('sha512')
    .update(await readFile(path.join(clone, tarball)))
    .digest('base64')}`;
  const devDependencies = { [name]: `file:${tarball}` };
  const manifest = { name: 'clone', version: '1.0.0', private: true, type: 'module', devDependencies };
  const entry = { version, resolved: `file:${tarball}`, integrity, dev: true };
  const packages = { '': manifest, [`node_modules/${name}`]: entry };
  await writeFile(path.join(clone, 'package.json'), JSON.stringify(manifest));
  await writeFile(
    path.join(clone, 'package-lock.json'),
    JSON.stringify({ ...manifest, lockfileVersion: 3, packages }),
  );
}

function run(...args: string[]) {
  const child = spawn(process.execPath, [path.join(clone, 'scripts/run.mjs'), ...args], { cwd: os.tmpdir() });
  started.push(child.pid ?? 0);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number);
  return { child, ended, output: () => output };
}

describe('a command on a fresh clone', () => {
  test('installs, runs the program with the arguments and ends with its exit code', async () => {
    const first = run('format', 'exit', '3');
    expect(await first.ended).toBe(3);
    expect(first.output()).toMatch(/installing 1 packages.*done in.*program got exit 3/s);

    const second = run('format', 'exit', '0');
    expect(await second.ended).toBe(0);
    expect(second.output()).not.toContain('install');
  });

  test('waits for another one that is installing already', async () => {
    const both = [run('format', 'exit', '0'), run('format', 'exit', '0')];
    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
    const outputs = both.map(({ output }) => output());
    expect(outputs.filter((output) => output.includes('installing 1 packages'))).toHaveLength(1);
    expect(outputs.filter((output) => output.includes('program got'))).toHaveLength(2);
  });

  test('does not wait for one that was killed while it installed', async () => {
    await mkdir(path.join(clone, '.data'));
    await writeFile(path.join(clone, '.data/prepare.lock'), `${process.pid} 1`);
    await writeFile(path.join(clone, '.data/install-unfinished'), '');
    const command = run('format', 'exit', '0');
    expect(await command.ended).toBe(0);
    expect(command.output()).toContain('installing 1 packages');
  });

  test('that npm cannot install says so and fails', async () => {
    await rm(path.join(clone, 'biome-1.0.0.tgz'));
    const command = run('format', 'exit', '0');
    expect(await command.ended).toBe(1);
    expect(command.output()).toContain('npm ci ended with exit code');
    expect(command.output()).not.toContain('program got');
  });

  test('that does not exist is answered with those that do', async () => {
    const command = run('serve');
    expect(await command.ended).toBe(1);
    expect(command.output()).toContain('start|test|test:long|bench|check|android:check|format');
  });
});

describe('a command on an installed clone', () => {
  beforeEach(() => run('format', 'exit', '0').ended);

  test('installs again what an interrupted install may have left half', async () => {
    await writeFile(path.join(clone, '.data/install-unfinished'), '');
    await writeFile(path.join(clone, 'node_modules/@biomejs/biome/bin/biome'), 'half a prog');
    expect(await run('format', 'exit', '4').ended).toBe(4);
  });

  test('installs what a new lock file asks for', async () => {
    await addPackage('1.1.0');
    const command = run('format', 'exit', '0');
    expect(await command.ended).toBe(0);
    expect(command.output()).toContain('installing 1 packages');
    const installed = await readFile(path.join(clone, 'node_modules/@biomejs/biome/package.json'), 'utf8');
    expect(JSON.parse(installed).version).toBe('1.1.0');
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on once, though it comes twice',
    async (signal) => {
      const signals = path.join(clone, 'signals');
      const { child, ended } = await startProgram(signals);
      child.kill(signal);
      child.kill(signal);
      expect(await ended).toBe(7);
      expect(await readFile(signals, 'utf8')).toBe(`${signal}\n`);
    },
  );

  test('stops the program when it is killed itself', async () => {
    const signals = path.join(clone, 'signals');
    const { child } = await startProgram(signals);
    child.kill('SIGKILL');
    await vi.waitFor(async () => expect(await readFile(signals, 'utf8')).toBe('SIGTERM\n'), {
      timeout: 60_000,
    });
  });

  async function startProgram(signals: string) {
    const command = run('format', 'wait', signals);
    const pid = await vi.waitFor(() => Number(/program pid (\d+)/.exec(command.output())?.[1] ?? raise()), {
      timeout: 60_000,
    });
    started.push(pid);
    return command;
  }
});

function raise(): never {
  throw new Error('not yet');
}
