import type { PlacedOrder } from '@vybekart/contract';
import { expect, test } from 'vitest';
import { newId } from '../../src/platform/ids.ts';
import { eventually } from '../support/eventually.ts';
import { FaultShop } from './fault-shop.ts';
import { pay } from './traffic.ts';

test('what the provider posts while PostgreSQL does not answer is refused with 503, and applied when it comes again', async () => {
  await using shop = await FaultShop.open();
  const { stripe } = shop.server.running.emulators;
  if (!stripe) throw new Error('no emulated provider');
  const [buyer] = shop.people;
  const placed = (await shop.traffic([]).send(buyer, 'order', newId())).body as PlacedOrder;
  const { paymentIntentId } = placed.payment;
  const stored = () =>
    shop.database.query(
      `select processed_at from payment_events
       where type = 'payment_intent.succeeded' and payload->'data'->'object'->>'id' = $1`,
      [paymentIntentId],
    );
  const attempts = () =>
    stripe.control.webhookAttempts().filter(({ type }) => type === 'payment_intent.succeeded');

  shop.postgres.signal('SIGSTOP');
  try {
    await pay(placed);
    await eventually('a refused event', () => attempts().length > 0);
    expect(attempts()[0]).toMatchObject({ attempt: 1, result: 503 });
  } finally {
    shop.postgres.signal('SIGCONT');
  }
  stripe.control.resendEvent(attempts()[0]?.eventId ?? '');
  await eventually('the order to be paid', async () => {
    const order = await buyer.api.call('getOrder', { params: { id: placed.order.id } });
    return order.status === 'paid';
  });
  await eventually('an event that was taken', () => attempts().some(({ result }) => result === 200));
  expect((await stored()).rows).toEqual([{ processed_at: expect.any(Date) }]);
});
