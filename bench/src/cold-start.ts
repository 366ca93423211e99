import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type BenchResult, benchResult, median } from './result.ts';

const ROUNDS = 5;
const POLL_INTERVAL_MS = 10;
const LONGEST_START_MS = 60_000;
/** What Medusa 2.21.2 logs as its own time to ready, with its database running already. */
const MEDUSA_READY_S = 9.5;

const root = fileURLToPath(new URL('../../', import.meta.url));
const bareNest = fileURLToPath(new URL('cold-start/bare-nest.ts', import.meta.url));

/**
 * From `npm start` (installed, built, data directory known) to the first 200 of /health/ready: npm, the embedded
 * PostgreSQL, the migrations, every feature, the emulators and the demo show. Beside it, in the same rounds, a Nest
 * application on Fastify that does nothing at all, started without npm: what no Nest server can get below.
 */
export default async function run(): Promise<BenchResult> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-cold-start-'));
  const ours: number[] = [];
  const bare: number[] = [];
  try {
    await startVybeKart(dataDir);
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await startVybeKart(dataDir));
      bare.push(await startBareNest());
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
  return benchResult({
    name: 'cold-start',
    metric: 'npm start to the first 200 of /health/ready, warm data directory',
    value: median(ours),
    unit: 's',
    peer: { name: 'Medusa 2.21.2, its own log of being ready', value: MEDUSA_READY_S },
    target: 0.4,
    direction: 'lower',
    details: {
      roundsS: ours,
      bareNestS: median(bare),
      timesBareNest: median(ours) / median(bare),
      loadAverage: os.loadavg()[0],
    },
  });
}

async function startVybeKart(dataDir: string): Promise<number> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  return secondsToReady(/^app .*http/m, (port) =>
    spawn(npm, ['start'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PORT: String(port), RTMP_PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'error' },
    }),
  );
}

async function startBareNest(): Promise<number> {
  return secondsToReady(/^up$/m, (port) =>
    spawn(process.execPath, [bareNest, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

/**
 * Starts, asks until the answer is 200, stops, and waits until everything that was started is gone. Throws when the
 * start does not come to its end, which the program tells with its last words.
 */
async function secondsToReady(lastWords: RegExp, start: (port: number) => ChildProcess): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = start(port);
  // Whatever it starts inherits its output, which closes with the last of them.
  const gone = once(child, 'close');
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const until = async (condition: () => Promise<boolean> | boolean) => {
    while (!(await condition())) {
      if (child.exitCode !== null) throw new Error(`the start ended with exit code ${child.exitCode}`);
      if (performance.now() - startedAt > LONGEST_START_MS) throw new Error('not started after a minute');
      await delay(POLL_INTERVAL_MS);
    }
  };
  try {
    await until(() => isReady(port));
    const seconds = (performance.now() - startedAt) / 1000;
    await until(() => lastWords.test(output));
    return seconds;
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Below the ephemeral range, so that nobody's outgoing connection takes it before the server does. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 20_000);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    probe.close();
    if (free) return port;
  }
}
