// `npm run android:check`: all that can be proved about the Android app without an Android SDK. It installs
// apps/android when its lock file has changed; from then on it needs no network. One line for each fact.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { withPreparationLock } from './bootstrap/preparation-lock.mjs';
import { root } from './bootstrap/root.mjs';

const LARGEST_BYTECODE = 4_200_000;
const HERMES_MAGIC = 'c61fbc03';
const SERVER = 'live.example.in';

const app = path.join(root, 'apps/android');
const stamp = path.join(app, 'node_modules/.installed-lock.sha256');
const metroCache = path.join(app, 'node_modules/.cache/check');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'vybekart-android-'));
const node = process.execPath;

let failures = 0;

/** Prints one fact; `problem` is empty when it holds. */
function fact(sentence, problem) {
  console.log(`${problem ? 'FAILED' : 'ok    '} ${sentence}${problem ? `\n${problem}` : ''}`);
  if (problem) failures += 1;
}

const is = (found, wanted) => (found === wanted ? '' : `found ${JSON.stringify(found)}, not ${wanted}`);

/** Resolves with the exit code. */
async function main() {
  if (readIf(stamp) !== lockDigest()) await withPreparationLock(install);
  packages();
  await sources();
  await bytecode();
  await journeys();
  await nativeProject();
  await nativeModules();
  if (failures > 0) console.error(`${failures} failed`);
  return failures > 0 ? 1 : 0;
}

async function install() {
  console.log('[install] the packages of apps/android, some minutes the first time');
  const cli = process.env.npm_execpath;
  const npm = cli?.endsWith('npm-cli.js') ? [node, cli] : ['npm'];
  const flags = ['ci', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const { status } = await run([...npm, ...flags], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm ci in apps/android ended with exit code ${status}`);
  writeFileSync(stamp, lockDigest());
}

function packages() {
  const { dependencies, devDependencies, overrides } = readJson(path.join(app, 'package.json'));
  const wanted = { ...dependencies, ...devDependencies, ...overrides };
  const loose = Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  fact('every package is pinned to one version', loose.map(([name]) => name).join(', '));

  const lock = readJson(path.join(app, 'package-lock.json'));
  const entries = Object.entries(lock.packages);
  const addressed = entries.filter(([, entry]) => entry.resolved).map(([name]) => name);
  fact('the lock file names no registry', addressed.join(', '));

  const copies = (name) => entries.filter(([place]) => place.endsWith(`node_modules/${name}`)).length;
  const single = ['react', 'react-native', 'i18next', '@tanstack/react-query', 'socket.io-client'];
  fact(
    'there is one React, and one of all that must be one',
    single.filter((name) => copies(name) !== 1).join(', '),
  );

  const differing = ['contract', 'client', 'screens']
    .flatMap((name) =>
      Object.entries(readJson(path.join(root, 'packages', name, 'package.json')).dependencies),
    )
    .filter(([name, version]) => !name.startsWith('@vybekart/') && wanted[name] !== version)
    .filter(([name]) => !isForBrowsersAlone(name))
    .map(([name, version]) => `${name} is ${wanted[name]} here and ${version} there`);
  fact('what the shared packages stand on has the version of the web app', differing.join('\n'));
}

/** Whether only files that Metro leaves out on Android import it. */
function isForBrowsersAlone(name) {
  const grep = [
    'grep',
    '--no-index',
    '-l',
    `from '${name}`,
    '--',
    'packages/*/src/*.ts',
    'packages/*/src/*.tsx',
  ];
  const importers = execFileSync('git', grep, { cwd: root, encoding: 'utf8' }).trim().split('\n');
  return importers.every((file) => /\.web\.tsx?$/.test(file));
}

async function sources() {
  const tsc = [node, path.join(app, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p'];
  fact('the types of the app and of all shared screens fit', await problemOf([...tsc, '.']));
  fact('the types of its tests fit', await problemOf([...tsc, 'test']));
  const tests = [node, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', '--test', 'test/*.test.ts'];
  fact('its tests pass', await problemOf(tests));
}

async function bytecode() {
  const out = path.join(scratch, 'export');
  mkdirSync(metroCache, { recursive: true });
  const startedAt = Date.now();
  // With a source map, as in a release build: without one, hermesc leaves debug information in the bytecode.
  const command = expo('export', '--source-maps', '--output-dir', out);
  const problem = await problemOf(command, { TMPDIR: metroCache });
  fact(`Metro bundles it for Hermes (${Math.round((Date.now() - startedAt) / 1000)} s)`, problem);
  if (problem) return;
  const { bundle } = readJson(path.join(out, 'metadata.json')).fileMetadata.android;
  const bytes = readFileSync(path.join(out, bundle));
  fact('the bundle is Hermes bytecode', is(bytes.subarray(0, 4).toString('hex'), HERMES_MAGIC));
  const size = bytes.length.toLocaleString('en');
  fact(
    `it has ${size} bytes (${gzipSync(bytes).length.toLocaleString('en')} compressed), at most ${LARGEST_BYTECODE.toLocaleString('en')}`,
    bytes.length <= LARGEST_BYTECODE ? '' : size,
  );
  const missing = ['live-video', 'sign-in-sheet', 'error-declined'].filter((id) => !bytes.includes(id));
  fact('it holds the live room, the sign-in and the payment of the shared screens', missing.join(', '));
}

/** The same bundle as JavaScript, run by Node over a stand-in for what a device gives to it. */
async function journeys() {
  const out = path.join(scratch, 'javascript');
  const command = expo('export', '--no-bytecode', '--no-minify', '--output-dir', out);
  const problem = await problemOf(command, { TMPDIR: metroCache });
  if (problem) return fact('Metro bundles it for the stand-in', problem);
  const { bundle } = readJson(path.join(out, 'metadata.json')).fileMetadata.android;
  const tests = [node, '--test', '--test-force-exit', 'test/device/*.test.mjs'];
  fact(
    'it starts, shows the feed, plays a show, follows tabs and links, over a stand-in for the device',
    await problemOf(tests, { BUNDLE: path.join(out, bundle) }),
  );
}

/** The Gradle project that Expo generates, in a copy, so that a developer's own is left alone. */
async function nativeProject() {
  const copy = path.join(scratch, 'app');
  mkdirSync(copy);
  for (const name of ['package.json', 'app.config.js', 'assets']) {
    cpSync(path.join(app, name), path.join(copy, name), { recursive: true });
  }
  symlinkSync(path.join(app, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
  const env = { EXPO_PUBLIC_SERVER_URL: `https://${SERVER}` };
  const problem = await problemOf(expo('prebuild', '--no-install'), env, copy);
  fact('Expo generates the Gradle project', problem);
  if (problem) return;
  const { generatedProject } = await import('../apps/android/test/generated-project.mjs');
  await generatedProject(path.join(copy, 'android'), { server: SERVER, fact });
}

async function nativeModules() {
  const cli = path.join(app, 'node_modules/expo-modules-autolinking/bin/expo-modules-autolinking.js');
  const found = [];
  for (const command of ['resolve', 'react-native-config']) {
    const { output } = await run([node, cli, command, '--platform', 'android', '--json']);
    const { modules, dependencies } = JSON.parse(output);
    found.push(...(modules?.map((module) => module.packageName) ?? Object.keys(dependencies)));
  }
  const { dependencies } = readJson(path.join(app, 'package.json'));
  const isNative = (name) => existsSync(path.join(app, 'node_modules', name, 'android'));
  const native = Object.keys(dependencies).filter((name) => name !== 'react-native' && isNative(name));
  const lost = native.filter((name) => !found.includes(name));
  fact(`Gradle will find all ${native.length} packages with native code`, lost.join(', '));
}

function expo(command, ...flags) {
  return [node, path.join(app, 'node_modules/expo/bin/cli'), command, '--platform', 'android', ...flags];
}

async function problemOf(command, env, cwd) {
  const { status, output } = await run(command, { env, cwd });
  return status === 0 ? '' : output.trim() || `ended with ${status}`;
}

function run([program, ...args], { env = {}, cwd = app, stdio = ['ignore', 'pipe', 'pipe'] } = {}) {
  const child = spawn(program, args, {
    cwd,
    stdio,
    shell: program === 'npm' && process.platform === 'win32',
    env: {
      ...process.env,
      PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
      CI: '1',
      EXPO_OFFLINE: '1',
      EXPO_NO_TELEMETRY: '1',
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ status: signal ?? code, output }));
  });
}

const readIf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : null);
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const lockDigest = () =>
  createHash('sha256')
    .update(readFileSync(path.join(app, 'package-lock.json')))
    .digest('hex');

process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
