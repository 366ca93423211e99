import type Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { refusal, sdk, startStripe } from './support/stripe.ts';

const order = { amount: 1000, currency: 'inr' };
const key = { idempotencyKey: 'order:1:pi:1' };

async function start(config: Parameters<typeof sdk>[1] = {}) {
  const emulator = await startStripe();
  /** Gives up soon, for the request that is not answered. */
  const hasty = sdk(emulator, { timeout: 1000 });
  return { control: emulator.control, stripe: sdk(emulator, config), hasty };
}
const count = async (stripe: Stripe) => (await stripe.paymentIntents.list()).data.length;

describe('A request that meets a fault', () => {
  test('timeout before the commit: nothing happened, and the retry makes the payment', async () => {
    const { control, stripe, hasty } = await start();
    control.failRequests({ kind: 'timeout', after: 'nothing' });
    expect((await refusal(hasty.paymentIntents.create(order, key))).type).toBe('StripeConnectionError');
    expect(await count(stripe)).toBe(0);
    await stripe.paymentIntents.create(order, key);
    expect(await count(stripe)).toBe(1);
  });

  test('timeout after the commit: the payment is there, and the retry gets its answer', async () => {
    const { control, stripe, hasty } = await start();
    control.failRequests({ kind: 'timeout', after: 'commit' });
    expect((await refusal(hasty.paymentIntents.create(order, key))).type).toBe('StripeConnectionError');
    const again = await stripe.paymentIntents.create(order, key);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await count(stripe)).toBe(1);
  });

  test.for([
    ['before', 'nothing', undefined],
    ['after', 'commit', 'true'],
  ] as const)(
    'reset %s the commit: the SDK asks again by itself, and there is one payment',
    async ([, after, replayed]) => {
      const { control, stripe } = await start();
      control.failRequests({ kind: 'reset', after });
      const intent = await stripe.paymentIntents.create(order, key);
      expect(intent.lastResponse.headers['idempotent-replayed']).toBe(replayed);
      expect(await count(stripe)).toBe(1);
    },
  );

  test.for([
    ['nothing', 0],
    ['commit', 1],
  ] as const)('500 after %s: the key keeps the 500, whatever happened', async ([after, payments]) => {
    const { control, stripe } = await start({ maxNetworkRetries: 2 });
    control.failRequests({ kind: 'server_error', after });
    const error = await refusal(stripe.paymentIntents.create(order, key));
    expect(error).toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
    expect(error.headers?.['idempotent-replayed']).toBe('true');
    expect(error.headers?.['stripe-should-retry']).toBe('false');
    expect(await count(stripe)).toBe(payments);
    await stripe.paymentIntents.create(order, { idempotencyKey: 'order:1:pi:2' });
    expect(await count(stripe)).toBe(payments + 1);
  });

  test.for(['nothing', 'commit'] as const)(
    'HTML 502 after %s: the retry makes or finds the one payment',
    async (after) => {
      const { control, stripe } = await start({ maxNetworkRetries: 1 });
      control.failRequests({ kind: 'bad_gateway', after });
      const intent = await stripe.paymentIntents.create(order, key);
      expect(intent.status).toBe('requires_payment_method');
      expect(await count(stripe)).toBe(1);
    },
  );

  test('HTML 502 on every try: an API error, not a broken client', async () => {
    const { control, stripe } = await start();
    control.failRequests({ kind: 'bad_gateway', after: 'nothing' });
    const error = await refusal(stripe.paymentIntents.create(order, key));
    expect(error.type).toBe('StripeAPIError');
  });

  test('stalled body: the client gives up, the payment is there', async () => {
    const { control, stripe, hasty } = await start();
    control.failRequests({ kind: 'stalled_body', after: 'commit' });
    await refusal(hasty.paymentIntents.create(order, key));
    expect(await count(stripe)).toBe(1);
  });

  test('conflict: 409, which the SDK retries', async () => {
    const { control, stripe } = await start({ maxNetworkRetries: 1 });
    control.failRequests({ kind: 'conflict' });
    expect((await stripe.paymentIntents.create(order, key)).status).toBe('requires_payment_method');
    control.failRequests({ kind: 'conflict' }, { times: 2 });
    const error = await refusal(stripe.paymentIntents.create(order));
    expect(error).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  });

  test('is the one that the fault names, as often as it says', async () => {
    const { control, stripe } = await start();
    control.failRequests({ kind: 'rate_limit' }, { method: 'POST', path: '/cancel', times: 2 });
    const { id } = await stripe.paymentIntents.create(order);
    for (const _ of [1, 2]) expect((await refusal(stripe.paymentIntents.cancel(id))).statusCode).toBe(429);
    expect((await stripe.paymentIntents.cancel(id)).status).toBe('canceled');
    control.failRequests({ kind: 'rate_limit' });
    control.clearFaults();
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('canceled');
  });
});
