import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { BuiltProgram } from '../harness/built-program.ts';
import { postLoadInNode } from './post-load-in-node.ts';

/** Requests take the tokens and the bodies in turn, each request under an idempotency key of its own. */
export interface Posts {
  /** Bearer tokens. */
  tokens: readonly string[];
  /** JSON in ASCII. */
  bodies: readonly string[];
}

export interface Load extends Posts {
  /** Of the server. */
  port: number;
  path: string;
  clients: number;
  durationMs: number;
  expectedStatus: number;
}

export interface LoadResult {
  perSecond: number;
  count: number;
  p50Ms: number;
  p99Ms: number;
  /** CPU of the load itself for each request. */
  loadCpuUs: number;
  /** What sent the requests: the program in C, or the same in Node where it cannot be built. */
  load: 'C' | 'Node';
}

/** Closed loop: each client has one connection and posts again as soon as it is answered. */
export async function postLoad(load: Load): Promise<LoadResult> {
  await using program = await BuiltProgram.from(fileURLToPath(new URL('post-load.c', import.meta.url)));
  return await (program.path === null ? postLoadInNode(load) : postLoadInC(program.path, load));
}

/** By post-load.c. */
interface Printed extends Omit<LoadResult, 'perSecond' | 'load'> {
  seconds: number;
}

async function postLoadInC(program: string, load: Load): Promise<LoadResult> {
  const args = [load.port, load.path, load.clients, load.durationMs, load.expectedStatus].map(String);
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {}); // A program that ended early says why by itself.
  child.stdin.end(`${load.tokens.join('\n')}\n\n${load.bodies.join('\n')}\n`);
  const [printed, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the load on ${load.path} failed (${signal ?? `exit code ${code}`})`);
  const { seconds, ...measured } = JSON.parse(printed) as Printed;
  return { perSecond: measured.count / seconds, ...measured, load: 'C' };
}
