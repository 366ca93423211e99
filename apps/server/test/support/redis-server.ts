import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { eventually } from './eventually.ts';

/** Below the ports that the system gives away by itself, so that it stays ours while Redis is down. */
const portsFrom = 20_000;
const portsTo = 32_000;

const usualDirectories = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * The redis-server of this machine; where there is none and we are root on Debian, it is installed first. Null when
 * there is none to be had; a run of CI fails then.
 */
export function provideRedisServer(): string | null {
  const found = findRedisServer() ?? installRedisServer();
  if (!found && process.env.CI) throw new Error('redis-server is missing, and CI skips nothing');
  return found;
}

function findRedisServer(): string | null {
  const directories = [...(process.env.PATH ?? '').split(path.delimiter), ...usualDirectories];
  const candidates = directories.map((directory) => path.join(directory, 'redis-server'));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installRedisServer(): string | null {
  const isPossible = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!isPossible) return null;
  console.log('installing redis-server by apt-get, for the tests of several nodes');
  // At run level 1 the package does not start a server of its own.
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  try {
    execFileSync('apt-get', ['update', '-qq'], { env: environment, stdio: 'ignore' });
    const install = ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'];
    execFileSync('apt-get', install, { env: environment, stdio: 'ignore' });
  } catch {
    console.log('apt-get could not install redis-server');
  }
  return findRedisServer();
}

/** A Redis of one's own, empty, without files, that may be frozen, killed and started again on the same port. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #program: string;
  readonly #directory: string;
  #process: ChildProcess | undefined;

  private constructor(program: string, port: number, directory: string) {
    this.#program = program;
    this.port = port;
    this.#directory = directory;
  }

  static async start(program: string): Promise<RedisServer> {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'vybekart-redis-'));
    const redis = new RedisServer(program, await freePort(), directory);
    await redis.run();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Resolves when it takes connections. */
  async run(): Promise<void> {
    const settings = { port: this.port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: this.#directory };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(this.#program, args, { stdio: 'ignore' });
    this.#process = child;
    await eventually('Redis to listen', () => {
      if (child.exitCode !== null) throw new Error(`redis-server ended with exit code ${child.exitCode}`);
      return takesConnections(this.port);
    });
  }

  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** As if by kill -9: everything in it is gone. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = portsFrom + Math.floor(Math.random() * (portsTo - portsFrom));
    const probe = createServer();
    try {
      probe.listen(port, '127.0.0.1');
      await once(probe, 'listening');
      return port;
    } catch {
      // Somebody has it; another one is tried.
    } finally {
      probe.close();
    }
  }
}
