import os from 'node:os';
import { cpuPerOrder } from './orders/cpu-per-order.ts';
import { startEcho, type Turn } from './orders/measured-server.ts';
import { type OrderTurn, ShopServer } from './orders/shop-server.ts';
import { type BenchResult, benchResult, median } from './result.ts';

const clients = 64;
const rounds = 3;
const turnMs = 4000;
const warmUpMs = 6000;

const targetShareOfEcho = 0.8;
const maxP99Ms = 20;

/**
 * Refusals a second once nothing is left, each with sign-in, validation and an answer that is kept for its key. Beside
 * it, in interleaved rounds, a POST that Fastify parses and echoes.
 */
export default async function run(): Promise<BenchResult> {
  await using shop = await ShopServer.start();
  await using echo = await startEcho();
  const gone = await shop.addProducts(1, 0);
  const refusals = (durationMs: number) => shop.place(gone, durationMs, { clients, expectedStatus: 409 });
  const echoes = (durationMs: number) =>
    echo.turn({
      port: echo.facts.port,
      path: '/echo',
      clients,
      durationMs,
      expectedStatus: 200,
      ...shop.orders(gone),
    });

  await refusals(warmUpMs);
  await echoes(turnMs / 4);
  const ours: OrderTurn[] = [];
  const posts: Turn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await refusals(turnMs));
    posts.push(await echoes(turnMs));
  }
  const perSecond = (turns: Turn[]) => median(turns.map((each) => each.perSecond));
  const p99Ms = median(ours.map((each) => each.p99Ms));
  const result = benchResult({
    name: 'sold-out',
    metric: `refusals by POST /orders when nothing is left, ${clients} buyers at once`,
    value: Math.round(perSecond(ours)),
    unit: 'answers/s',
    peer: { name: 'Fastify POST echo', value: Math.round(perSecond(posts)) },
    target: targetShareOfEcho,
    direction: 'higher',
    details: {
      p50Ms: median(ours.map((each) => each.p50Ms)),
      p99Ms,
      maxP99Ms,
      echoP99Ms: median(posts.map((each) => each.p99Ms)),
      answers: ours.reduce((sum, each) => sum + each.count, 0),
      ...cpuPerOrder(ours),
      echoCpuUsPerPost: Math.round(median(posts.map((each) => each.serverCpuUs))),
      loadAverage: os.loadavg()[0],
    },
  });
  return { ...result, pass: result.pass && p99Ms <= maxP99Ms };
}
