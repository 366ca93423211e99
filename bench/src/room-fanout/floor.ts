import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BuiltProgram } from '../harness/built-program.ts';

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export interface Floor {
  /** What was measured: the C program, or the same loop in Node when there is no compiler. */
  by: string;
  usPerMessage: number;
}

/** CPU of one write per message and viewer, nothing else, with somebody who reads at the other end. */
export async function measureFloor(
  viewers: number,
  bytes: number,
  rounds: number,
  gapMs: number,
): Promise<Floor> {
  await using program = await BuiltProgram.from(here('one-write-each.c'));
  const sizes = [viewers, bytes, rounds, gapMs * 1000].map(String);
  return program.path === null
    ? {
        by: 'socket.write in Node',
        usPerMessage: await measure(process.execPath, [here('one-write-each.ts'), ...sizes], viewers),
      }
    : { by: 'write(2) in C', usPerMessage: await measure(program.path, sizes, viewers) };
}

async function measure(command: string, args: string[], viewers: number): Promise<number> {
  const writer = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: writer.stdout })[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  const sockets = [];
  for (let index = 0; index < viewers; index += 1) {
    const socket = connect({
      port,
      host: '127.0.0.1',
      onread: { buffer: Buffer.alloc(65_536), callback: () => true },
    });
    socket.on('error', () => socket.destroy());
    sockets.push(socket);
    if (index % 100 === 99) await once(socket, 'connect');
  }
  const [cpuUs = 0, writes = 0] = String((await lines.next()).value)
    .split(' ')
    .map(Number);
  for (const socket of sockets) socket.destroy();
  if (writes === 0) throw new Error('the floor could not be measured: nothing was written');
  return cpuUs / writes;
}
