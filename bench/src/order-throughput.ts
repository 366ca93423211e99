import os from 'node:os';
import { cpuPerOrder } from './orders/cpu-per-order.ts';
import { HotRow } from './orders/hot-row.ts';
import { startEcho, type Turn } from './orders/measured-server.ts';
import { type OrderTurn, ShopServer } from './orders/shop-server.ts';
import { type BenchResult, benchResult, median } from './result.ts';

/** As many as one statement takes. */
const buyers = 256;
/** In the details: what is left when batches are small. */
const fewBuyers = 64;
const connections = 64;
const rounds = 3;
const turnMs = 4000;
/** Until the compiler has seen enough of the server. */
const warmUpMs = 8000;
const plenty = 1_000_000_000;

const targetTimesHotRow = 10;
const targetShareOfEcho = 0.5;

/**
 * Orders a second for one hot product, 256 buyers at once, each order durable (synchronous_commit on) before it is
 * answered: the whole POST /orders of the composed server over HTTP, with sign-in, validation, idempotency, hold and
 * stored answer. Beside it, in interleaved rounds, the transaction that holds the product's row over its commit, from
 * 64 connections to the same PostgreSQL, and a POST that Fastify parses and echoes for as many.
 */
export default async function run(): Promise<BenchResult> {
  await using shop = await ShopServer.start();
  await using echo = await startEcho();
  await using hotRow = await HotRow.open(shop.databaseUrl, connections);
  const hot = await shop.addProducts(1, plenty);
  const echoes = (durationMs: number, clients = buyers) =>
    echo.turn({
      port: echo.facts.port,
      path: '/echo',
      clients,
      durationMs,
      expectedStatus: 200,
      ...shop.orders(hot),
    });

  await shop.place(hot, warmUpMs, { clients: buyers });
  await hotRow.run(turnMs / 4);
  await echoes(turnMs / 4);
  const orders: OrderTurn[] = [];
  const hotRows: number[] = [];
  const posts: Turn[] = [];
  const fewOrders: OrderTurn[] = [];
  const fewPosts: Turn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await shop.settle();
    orders.push(await shop.place(hot, turnMs, { clients: buyers }));
    hotRows.push(await hotRow.run(turnMs));
    posts.push(await echoes(turnMs));
    await shop.settle();
    fewOrders.push(await shop.place(hot, turnMs, { clients: fewBuyers }));
    fewPosts.push(await echoes(turnMs, fewBuyers));
    console.error(
      JSON.stringify({ round, orders: orders.at(-1), hotRow: hotRows.at(-1), echo: posts.at(-1) }),
    );
  }
  const perSecond = (turns: Turn[]) => median(turns.map((each) => each.perSecond));
  const shareOfEcho = perSecond(orders) / perSecond(posts);
  const result = benchResult({
    name: 'order-throughput',
    metric: `durable orders for one hot product by POST /orders, ${buyers} buyers at once`,
    value: Math.round(perSecond(orders)),
    unit: 'orders/s',
    peer: { name: `hot-row transaction, ${connections} connections`, value: Math.round(median(hotRows)) },
    target: targetTimesHotRow,
    direction: 'higher',
    details: {
      echoPerSecond: Math.round(perSecond(posts)),
      shareOfEcho: Number(shareOfEcho.toFixed(3)),
      targetShareOfEcho,
      p50Ms: median(orders.map((each) => each.p50Ms)),
      p99Ms: median(orders.map((each) => each.p99Ms)),
      ...cpuPerOrder(orders),
      [`with${fewBuyers}Buyers`]: {
        perSecond: Math.round(perSecond(fewOrders)),
        timesHotRow: Number((perSecond(fewOrders) / median(hotRows)).toFixed(2)),
        shareOfEcho: Number((perSecond(fewOrders) / perSecond(fewPosts)).toFixed(3)),
        p50Ms: median(fewOrders.map((each) => each.p50Ms)),
        p99Ms: median(fewOrders.map((each) => each.p99Ms)),
        ...cpuPerOrder(fewOrders),
      },
      echoCpuUsPerPost: Math.round(median(posts.map((each) => each.serverCpuUs))),
      payments: 'answered inside the server, without a network',
      database: 'embedded PostgreSQL 18, synchronous_commit on',
      rounds: { orders: orders.map((each) => Math.round(each.perSecond)), hotRow: hotRows.map(Math.round) },
      loadAverage: os.loadavg()[0],
    },
  });
  return { ...result, pass: result.pass && shareOfEcho >= targetShareOfEcho };
}
