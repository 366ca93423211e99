import { randomUUID } from 'node:crypto';
import { PostConnection } from './post-connection.ts';
import type { Load, LoadResult } from './post-load.ts';

/** The same load as post-load.c, for machines on which that cannot be built. */
export async function postLoadInNode(load: Load): Promise<LoadResult> {
  const opening = Array.from({ length: load.clients }, () => PostConnection.open(load.port));
  const connections = await Promise.all(opening);
  const startMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const latenciesMs: number[] = [];
  let posts = 0;
  await Promise.all(
    connections.map(async (connection) => {
      do {
        const turn = posts++;
        const headers = orderHeaders(load.tokens[turn % load.tokens.length] ?? '', randomUUID());
        const answer = await connection.post(
          load.path,
          headers,
          load.bodies[turn % load.bodies.length] ?? '',
        );
        if (answer.status !== load.expectedStatus) {
          throw new Error(`${load.path} answered ${answer.status} ${answer.body.slice(0, 400)}`);
        }
        latenciesMs.push(answer.ms);
      } while (performance.now() - startMs < load.durationMs);
      connection.close();
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    perSecond: latenciesMs.length / seconds,
    count: latenciesMs.length,
    ...percentiles(latenciesMs),
    loadCpuUs: (user + system) / latenciesMs.length,
    load: 'Node',
  };
}

/** Lines that end with CRLF. */
export function orderHeaders(token: string, key: string): string {
  return `authorization: Bearer ${token}\r\nidempotency-key: ${key}\r\n`;
}

export function percentiles(ms: readonly number[]): { p50Ms: number; p99Ms: number } {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
