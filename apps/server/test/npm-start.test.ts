import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-npm-start-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

interface Command {
  npm: ChildProcess;
  url: string;
  /** Resolves when npm and everything below it has ended: they all hold the same output open. */
  gone: Promise<unknown>;
}

async function npmStart(): Promise<Command> {
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: '0',
      RTMP_PORT: '0',
      DEMO: 'off',
      NODE_ENV: 'development',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(npm, 'close');
  let output = '';
  npm.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const url = await eventually(
    'the address of the app',
    () => /app +(http:\/\/\S+)/.exec(output)?.[1],
    60_000,
  );
  return { npm, url, gone };
}

test('npm start serves REST, the app and the room from one port, and ends without a trace with npm', async () => {
  const { npm, url, gone } = await npmStart();
  const streams = await fetch(`${url}/streams/active`);
  expect(await streams.json()).toEqual({ items: [], nextCursor: null });
  expect(await (await fetch(url)).text()).toContain('<!doctype html>');
  const room = io(`${url}/streams`, { transports: ['websocket'] });
  const answer = await room.emitWithAck('join_room', { streamId: '01900000-0000-7000-8000-000000000000' });
  expect(answer).toMatchObject({ ok: false, error: { code: 'not_found' } });
  room.close();

  npm.kill('SIGTERM');
  await gone;
  expect(await filesBelow(dataDir)).not.toContain('server.lock');
  await expect(fetch(url)).rejects.toThrow();
});

test('kill -9 of npm stops the server in order', async () => {
  const { npm, gone } = await npmStart();
  npm.kill('SIGKILL');
  await gone;
  expect(await filesBelow(dataDir)).not.toContain('server.lock');
});

async function filesBelow(dir: string): Promise<string[]> {
  const files = await readdir(dir, { recursive: true });
  return files.map((file) => path.basename(file));
}
