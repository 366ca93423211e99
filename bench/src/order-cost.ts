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

/** Orders of all buyers for all products there are, paid and delivered long ago, with all that is kept of such. */
async function addPastOrders(shop: ShopServer): Promise<void> {
  await shop.settle();
  const { database, buyerCount } = shop;
  await database.query(
    `create temp table past as
     select gen_random_uuid() as id, number, sold.*,
            (select array_agg(id) from users)[1 + number % $2::int] as buyer_id
     from generate_series(1, $1::int) as number
     join (select row_number() over () as place, v.id as variant_id, p.id as product_id, p.shop_id, p.title, v.title as kind,
                  p.price_minor, p.currency, v.on_hand
           from variants v join products p on p.id = v.product_id) as sold
       on place = 1 + number % $3::int`,
    [pastOrders, buyerCount, few],
  );
  await database.query(`
    insert into orders (id, buyer_id, shop_id, status, currency, total_minor, fulfilment_status, idempotency_key,
      fingerprint, checkout_locked_until, paid_at, created_at)
    select id, buyer_id, shop_id, 'paid', currency, price_minor, 'delivered', 'past-' || number,
      sha256(id::text::bytea), at, at, at
    from past, (select now() - interval '30 days' as at)`);
  await database.query(`
    insert into order_items (order_id, position, variant_id, product_id, title, variant_title, quantity,
      unit_price_minor, reservation)
    select id, 0, variant_id, product_id, title, kind, 1, price_minor, 'committed' from past`);
  await database.query(`
    insert into payments (order_id, provider, payment_intent_id, status, amount_minor, amount_received_minor, currency,
      is_settled)
    select id, 'stripe', 'pi_' || id, 'succeeded', price_minor, price_minor, currency, true from past`);
  await database.query(`
    insert into stock_movements (variant_id, delta, kind, order_id, on_hand_after)
    select variant_id, -1, 'sale', id, on_hand - row_number() over (partition by variant_id order by number) from past`);
  await database.query(`
    update variants set on_hand = on_hand - count
    from (select variant_id, count(*)::int as count from past group by variant_id) as sold where id = variant_id`);
  await database.query('drop table past');
  await database.query('vacuum analyze');
}
