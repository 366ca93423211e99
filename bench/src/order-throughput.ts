import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { HotRow } from './order-throughput/hot-row.ts';
import { type LoadResult, postLoad } from './order-throughput/post-load.ts';
import { bundleServer } from './order-throughput/server-bundle.ts';
import { type BenchResult, benchResult, median } from './result.ts';

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const clients = 64;
const rounds = 3;
const turnMs = 4000;
/** Until the compiler has seen enough of the server. */
const warmUpMs = 8000;

const targetTimesHotRow = 10;
const targetShareOfEcho = 0.5;

interface ShopServer {
  url: string;
  databaseUrl: string;
  tokens: string[];
  variantId: string;
  priceMinor: number;
}

interface Turn extends LoadResult {
  serverCpuUs: number;
}

/**
 * Orders a second for one hot product, 64 buyers at once, each order durable (synchronous_commit on) before it is
 * answered: the whole POST /orders of the composed server over HTTP, with sign-in, validation, idempotency, hold and
 * stored answer. Beside it, in interleaved rounds, the transaction that holds the product's row over its commit, from
 * 64 connections to the same PostgreSQL, and a POST that Fastify parses and echoes.
 */
export default async function run(): Promise<BenchResult> {
  await using resources = new AsyncDisposableStack();
  const shop = started(resources, await bundleServer(), []);
  const echo = started(resources, here('order-throughput/echo-server.ts'), process.execArgv);
  const server = (await message(shop)) as ShopServer;
  const { port: echoPort } = (await message(echo)) as { port: number };
  const hotRow = resources.use(await HotRow.open(server.databaseUrl, clients));
  const placeOrders = (ms: number) => turn(shop, { ...requests(server), port: portOf(server.url) }, ms);
  const echoes = (ms: number) =>
    turn(echo, { ...requests(server), port: echoPort, path: '/echo', expectedStatus: 200 }, ms);

  await placeOrders(warmUpMs);
  await hotRow.run(turnMs / 4);
  await echoes(turnMs / 4);
  const orders: Turn[] = [];
  const hotRows: number[] = [];
  const posts: Turn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await settleDatabase(server.databaseUrl);
    orders.push(await placeOrders(turnMs));
    hotRows.push(await hotRow.run(turnMs));
    posts.push(await echoes(turnMs));
    console.error(
      JSON.stringify({ round, orders: orders.at(-1), hotRow: hotRows.at(-1), echo: posts.at(-1) }),
    );
  }
  const perSecond = (turns: Turn[]) => median(turns.map((each) => each.perSecond));
  const shareOfEcho = perSecond(orders) / perSecond(posts);
  const result = benchResult({
    name: 'order-throughput',
    metric: `durable orders for one hot product by POST /orders, ${clients} buyers at once`,
    value: Math.round(perSecond(orders)),
    unit: 'orders/s',
    peer: { name: `hot-row transaction, ${clients} connections`, value: Math.round(median(hotRows)) },
    target: targetTimesHotRow,
    direction: 'higher',
    details: {
      echoPerSecond: Math.round(perSecond(posts)),
      shareOfEcho: Number(shareOfEcho.toFixed(3)),
      targetShareOfEcho,
      p50Ms: median(orders.map((each) => each.p50Ms)),
      p99Ms: median(orders.map((each) => each.p99Ms)),
      serverCpuUsPerOrder: Math.round(median(orders.map((each) => each.serverCpuUs))),
      echoCpuUsPerPost: Math.round(median(posts.map((each) => each.serverCpuUs))),
      payments: 'answered inside the server, without a network',
      database: 'embedded PostgreSQL 18, synchronous_commit on',
      rounds: { orders: orders.map((each) => Math.round(each.perSecond)), hotRow: hotRows.map(Math.round) },
      loadAverage: os.loadavg()[0],
    },
  });
  return { ...result, pass: result.pass && shareOfEcho >= targetShareOfEcho };
}

function started(resources: AsyncDisposableStack, program: string, execArgv: string[]): ChildProcess {
  const child = fork(program, [], { execArgv, stdio: ['ignore', 2, 2, 'ipc'] });
  resources.defer(async () => {
    if (child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  });
  return child;
}

async function message(child: ChildProcess): Promise<unknown> {
  const [received] = await once(child, 'message');
  return received;
}

async function cpuUs(child: ChildProcess): Promise<number> {
  const answered = message(child);
  child.send('cpu');
  const { cpu } = (await answered) as { cpu: NodeJS.CpuUsage };
  return cpu.user + cpu.system;
}

/**
 * What a minute does to a database in use: unpaid orders have ended (these buyers never pay, and a real one has only
 * a few), and autovacuum has collected statistics.
 */
async function settleDatabase(databaseUrl: string): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    await client.query(
      `update orders set status = 'expired', hold_expires_at = null where status = 'pending'`,
    );
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

let requestCount = 0;
/** The same requests for both servers: the echo needs none of it and has to read it all the same. */
function requests(server: ShopServer) {
  const items = [{ variantId: server.variantId, quantity: 1, expectedUnitPriceMinor: server.priceMinor }];
  const body = JSON.stringify({ items });
  return {
    path: '/orders',
    clients,
    expectedStatus: 201,
    /** The buyers take turns, so that none has more unpaid orders than a real one could. */
    next() {
      requestCount += 1;
      const token = server.tokens[requestCount % server.tokens.length];
      const key = `throughput-${process.pid}-${requestCount}`;
      return {
        headers: `authorization: Bearer ${token}\r\nidempotency-key: ${key}\r\n`,
        body,
      };
    },
  };
}

async function turn(
  child: ChildProcess,
  load: ReturnType<typeof requests> & { port: number },
  durationMs: number,
): Promise<Turn> {
  const before = await cpuUs(child);
  const result = await postLoad({ ...load, durationMs });
  return { ...result, serverCpuUs: ((await cpuUs(child)) - before) / result.count };
}

const portOf = (url: string) => Number(new URL(url).port);
