import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, PostConnection } from './orders/post-connection.ts';
import { percentiles } from './orders/post-load-in-node.ts';
import { type Post, ShopServer } from './orders/shop-server.ts';
import { type BenchResult, benchResult } from './result.ts';

const buyers = 2000;
const units = 100;
const atOnce = 200;
/** Every tenth buyer taps twice. */
const doubleTapEvery = 10;
const moderate = { perSecond: 200, seconds: 10, clients: 50 };
const maxP99Ms = 150;

/**
 * 2,000 buyers for 100 units, 200 at once, every tenth with a double tap: exactly 100 orders, every refusal a clean
 * one, both taps of a pair the same order. Then the latency of an order at a moderate, steady rate beside its limit.
 */
export default async function run(): Promise<BenchResult> {
  await using shop = await ShopServer.start();
  const [warm, hot, steady] = await shop.addProducts(3, 1_000_000);
  await shop.place([String(warm)], 5000);
  await shop.database.query('update variants set on_hand = $2 where id = $1', [hot, units]);
  const sale = await sell(shop, String(hot));
  const { rows } = await shop.database.query<{ reserved: number; orders: number }>(
    `select reserved, (select count(*)::int from order_items where variant_id = variants.id) as orders
     from variants where id = $1`,
    [hot],
  );
  const isExact = rows[0]?.reserved === units && rows[0].orders === units && sale.orderIds.size === units;
  const ms = await steadily(shop, String(steady));
  const { p50Ms, p99Ms } = percentiles(ms);
  const result = benchResult({
    name: 'flash-sale',
    metric: `POST /orders at ${moderate.perSecond} orders/s, p99`,
    value: Number(p99Ms.toFixed(1)),
    unit: 'ms',
    peer: { name: 'limit', value: maxP99Ms },
    target: 1,
    direction: 'lower',
    details: {
      p50Ms,
      sale: {
        buyers,
        units,
        ordersInDatabase: rows[0]?.orders,
        reserved: rows[0]?.reserved,
        ordersAnswered: sale.orderIds.size,
        refusals: sale.refusals,
        pairs: sale.pairs,
        unequalPairs: sale.unequalPairs,
        strange: sale.strange,
        ms: Math.round(sale.ms),
        ...percentiles(sale.latenciesMs),
      },
      loadAverage: os.loadavg()[0],
    },
  });
  return { ...result, pass: result.pass && isExact && sale.unequalPairs === 0 && sale.strange.length === 0 };
}

async function sell(shop: ShopServer, variantId: string) {
  const outcome = {
    orderIds: new Set<string>(),
    refusals: 0,
    pairs: 0,
    unequalPairs: 0,
    strange: [] as string[],
    latenciesMs: [] as number[],
    ms: 0,
  };
  const note = (answer: Answer): string => {
    outcome.latenciesMs.push(answer.ms);
    const body = JSON.parse(answer.body) as { order?: { id: string }; code?: string };
    if (answer.status === 201 && body.order) outcome.orderIds.add(body.order.id);
    else if (answer.status === 409 && body.code === 'out_of_stock') outcome.refusals += 1;
    else outcome.strange.push(`${answer.status} ${body.code}`);
    return body.order?.id ?? String(body.code);
  };
  let next = 0;
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      const [one, other] = [await PostConnection.open(shop.port), await PostConnection.open(shop.port)];
      for (let buyer = next++; buyer < buyers; buyer = next++) {
        const post = shop.order(variantId, buyer);
        if (buyer % doubleTapEvery > 0) {
          note(await one.post('/orders', post.headers, post.body));
          continue;
        }
        const [first, second] = await Promise.all([patiently(one, post), patiently(other, post)]);
        outcome.pairs += 1;
        if (note(first) !== note(second)) outcome.unequalPairs += 1;
      }
      one.close();
      other.close();
    }),
  );
  outcome.ms = performance.now() - startedMs;
  return outcome;
}

/** As a client does it: a tap whose twin is still at work is tried again a little later. */
async function patiently(connection: PostConnection, { headers, body }: Post): Promise<Answer> {
  for (;;) {
    const answer = await connection.post('/orders', headers, body);
    if (answer.status !== 409 || !answer.body.includes('idempotency_in_progress')) return answer;
    await delay(20);
  }
}

/** Orders at fixed times, whether or not earlier ones are answered; latency counts from the time that was due. */
async function steadily(shop: ShopServer, variantId: string): Promise<number[]> {
  const { perSecond, seconds, clients } = moderate;
  const startMs = performance.now();
  const latenciesMs: number[] = [];
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const connection = await PostConnection.open(shop.port);
      for (let index = client; index < perSecond * seconds; index += clients) {
        const dueMs = startMs + (index * 1000) / perSecond;
        await delay(Math.max(0, dueMs - performance.now()));
        const { headers, body } = shop.order(variantId, index % shop.buyerCount);
        const answer = await connection.post('/orders', headers, body);
        if (answer.status !== 201) throw new Error(`an order was answered ${answer.status} ${answer.body}`);
        latenciesMs.push(performance.now() - dueMs);
      }
      connection.close();
    }),
  );
  return latenciesMs;
}
