import { PostConnection } from './post-connection.ts';

export interface Post {
  /** Lines that end with CRLF. */
  headers: string;
  body: string;
}

export interface Load {
  /** Of the server. */
  port: number;
  path: string;
  clients: number;
  durationMs: number;
  expectedStatus: number;
  next(): Post;
}

export interface LoadResult {
  perSecond: number;
  count: number;
  p50Ms: number;
  p99Ms: number;
}

/** Closed loop: each client has one connection and posts again as soon as it is answered. */
export async function postLoad(load: Load): Promise<LoadResult> {
  const startMs = performance.now();
  const latenciesMs: number[] = [];
  await Promise.all(
    Array.from({ length: load.clients }, async () => {
      const connection = await PostConnection.open(load.port);
      while (performance.now() - startMs < load.durationMs) {
        const { headers, body } = load.next();
        const answer = await connection.post(load.path, headers, body);
        if (answer.status !== load.expectedStatus) {
          throw new Error(`${load.path} answered ${answer.status} ${answer.body.slice(0, 400)}`);
        }
        latenciesMs.push(answer.ms);
      }
      connection.close();
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  return {
    perSecond: latenciesMs.length / seconds,
    count: latenciesMs.length,
    ...percentiles(latenciesMs),
  };
}

export function percentiles(ms: readonly number[]): { p50Ms: number; p99Ms: number } {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
