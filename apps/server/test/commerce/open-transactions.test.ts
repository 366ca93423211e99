import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { OrderClosing } from '../../src/orders/order-closing.ts';
import { PaymentProvider } from '../../src/payments/payment-provider.ts';
import { newId } from '../../src/platform/ids.ts';
import { type Shop, startShop, waitFor } from './start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const calls = ['create', 'retrieve', 'cancel', 'refund'] as const;

/** Connections of the server that wait inside a transaction. */
const waiting = () =>
  shop.rows(
    `select query from pg_stat_activity
     where datname = current_database() and application_name = 'vybekart' and state like 'idle in transaction%'`,
  );

/** Lets each call to the payment provider go on only when no transaction is open; answers the calls that came so far. */
function watchCalls(): Set<string> {
  const provider = shop.app.get(PaymentProvider);
  const seen = new Set<string>();
  for (const name of calls) {
    const call = provider[name].bind(provider) as (asked: never) => Promise<never>;
    vi.spyOn(provider, name).mockImplementation(async (asked: unknown) => {
      await waitFor(async () => (await waiting()).length === 0, 5000);
      seen.add(name);
      return call(asked as never);
    });
  }
  return seen;
}

test('no transaction is open while the payment provider is asked, whatever it is asked for', async () => {
  const seen = watchCalls();
  const seller = await shop.seller();
  const buyer = await shop.buyer();
  const item = await shop.product(seller, 10);
  const sold = await shop.paid(buyer, item);
  const [canceled, expired] = [await shop.placed(buyer, item), await shop.placed(buyer, item)];
  const where = `/orders/${canceled.order.id}/cancel`;
  expect((await shop.send('POST', where, buyer, undefined, newId())).status).toBe(200);
  await shop.letHoldsEnd();
  await shop.get(OrderClosing).sweep();
  await shop.until(expired.order.id, 'expired');
  const refund = { amountMinor: 100 };
  const refunds = `/seller/orders/${sold.order.id}/refunds`;
  expect((await shop.send('POST', refunds, seller, refund, newId())).status).toBe(200);
  await shop.quiet();
  expect(seen).toEqual(new Set(calls));
  expect(shop.log.failures).toEqual([]);
});
