import os from 'node:os';
import { cpuPerOrder } from './orders/cpu-per-order.ts';
import { type OrderTurn, ShopServer } from './orders/shop-server.ts';
import { type BenchResult, benchResult, median } from './result.ts';

const few = 10;
const many = 10_000;
const pastOrders = 1_000_000;
const stock = 1_000_000;
const clients = 64;
const rounds = 3;
const turnMs = 4000;
const warmUpMs = 8000;

/** As much as 1.3 times the cost. */
const target = 0.77;

/**
 * Orders a second over the products of a shop that is old and large (10,000 products, a million past orders), beside
 * the same shop in the same process when it was young (10 products, no past orders).
 */
export default async function run(): Promise<BenchResult> {
  await using shop = await ShopServer.start();
  const products = await shop.addProducts(few, stock);
  await shop.place(products, warmUpMs);
  await shop.forgetOrders();
  const young = await measure(shop, products);
  await addPastOrders(shop);
  const old = await measure(shop, products);
  const variants = [...products, ...(await shop.addProducts(many - few, stock))];
  const oldAndLarge = await measure(shop, variants);
  const perSecond = (turns: OrderTurn[]) => Math.round(median(turns.map((each) => each.perSecond)));
  return benchResult({
    name: 'order-cost',
    metric: `orders over ${many} products with ${pastOrders} past orders`,
    value: perSecond(oldAndLarge),
    unit: 'orders/s',
    peer: { name: `the same over ${few} products with none`, value: perSecond(young) },
    target,
    direction: 'higher',
    details: {
      withPastOrdersAlone: perSecond(old),
      cpu: { young: cpuPerOrder(young), old: cpuPerOrder(old), oldAndLarge: cpuPerOrder(oldAndLarge) },
      p99Ms: {
        young: median(young.map((each) => each.p99Ms)),
        old: median(oldAndLarge.map((each) => each.p99Ms)),
      },
      loadAverage: os.loadavg()[0],
    },
  });
}

async function measure(shop: ShopServer, variantIds: readonly string[]): Promise<OrderTurn[]> {
  const turns: OrderTurn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await shop.settle();
    turns.push(await shop.place(variantIds, turnMs, { clients }));
  }
  return turns;
}

/** Copies of an order that was placed, spread over the buyers, all long over. */
async function addPastOrders(shop: ShopServer): Promise<void> {
  await shop.settle();
  await shop.database.query(
    `insert into orders
     select past.*
     from (select to_jsonb(orders) as facts from orders limit 1) as model,
       (select array_agg(id) as buyers from users) as everybody,
       generate_series(1, $1::int) as number,
       jsonb_populate_record(null::orders, model.facts || jsonb_build_object('id', gen_random_uuid(),
         'buyer_id', buyers[1 + number % $2::int], 'status', 'expired', 'hold_expires_at', null,
         'idempotency_key', 'past-' || number)) as past`,
    [pastOrders, shop.buyerCount],
  );
  await shop.database.query('vacuum analyze');
}
