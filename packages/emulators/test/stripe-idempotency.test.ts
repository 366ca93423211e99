import { describe, expect, test } from 'vitest';
import { ManualClock } from './support/manual-clock.ts';
import { confirmAsBuyer, post, refusal, sdk, startStripe, temporaryDirectory } from './support/stripe.ts';

const order = { amount: 1000, currency: 'inr' };
const DAY_MS = 24 * 3600_000;

async function start(options: Parameters<typeof startStripe>[0] = {}) {
  const emulator = await startStripe(options);
  return { emulator, stripe: sdk(emulator) };
}

describe('An idempotency key', () => {
  test('that is being worked on answers 409, and the SDK waits for the one answer', async () => {
    const clock = new ManualClock();
    const { emulator, stripe } = await start({ clock });
    emulator.control.failRequests({ kind: 'delay', delayMs: 1000 });
    const first = stripe.paymentIntents.create(order, { idempotencyKey: 'order:1:pi:1' });
    await expect.poll(() => clock.waitsMs.includes(1000)).toBe(true);
    const second = await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'order:1:pi:1' }));
    expect(second).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    expect(second.headers?.['stripe-should-retry']).toBe('true');
    const patient = sdk(emulator, { maxNetworkRetries: 5 });
    const third = patient.paymentIntents.create(order, { idempotencyKey: 'order:1:pi:1' });
    clock.advance(1000);
    expect((await third).id).toBe((await first).id);
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });

  test('used by many requests at once makes one payment', async () => {
    const dir = await temporaryDirectory();
    const { emulator } = await start({ dir });
    const stripe = sdk(emulator, { maxNetworkRetries: 10 });
    const ids = await Promise.all(
      Array.from({ length: 30 }, () =>
        stripe.paymentIntents.create(order, { idempotencyKey: 'order:2:pi:1' }),
      ),
    );
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });

  test('counts the parameters, not their order or their escapes', async () => {
    const { emulator, stripe } = await start();
    const create = (body: string) =>
      fetch(`${emulator.url}/v1/payment_intents`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${emulator.secretKey}`,
          'content-type': 'application/x-www-form-urlencoded',
          'idempotency-key': 'order:3:pi:1',
        },
        body,
      });
    const first = await create('amount=1000&currency=inr&metadata[order_id]=a+b');
    const again = await create('currency=inr&metadata%5Border_id%5D=a%20b&amount=1000');
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await again.text()).toBe(await first.text());
    expect((await create('amount=1000&currency=inr&metadata[order_id]=ab')).status).toBe(400);
    const elsewhere = await refusal(
      stripe.paymentIntents.cancel('pi_other', {}, { idempotencyKey: 'order:3:pi:1' }),
    );
    expect(elsewhere).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  });

  test('is free again after a request whose parameters were refused', async () => {
    const { stripe } = await start();
    const options = { idempotencyKey: 'order:4:pi:1' };
    await refusal(stripe.paymentIntents.create({ ...order, amount: 0 }, options));
    const intent = await stripe.paymentIntents.create(order, options);
    expect(intent.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
  });

  test('is free again after 429, for that comes before it', async () => {
    const { emulator, stripe } = await start();
    emulator.control.failRequests({ kind: 'rate_limit' });
    const options = { idempotencyKey: 'order:5:pi:1' };
    const error = await refusal(stripe.paymentIntents.create(order, options));
    expect(error).toMatchObject({ type: 'StripeRateLimitError', statusCode: 429, code: 'rate_limit' });
    expect((await stripe.paymentIntents.create(order, options)).status).toBe('requires_payment_method');
  });

  test('keeps an answer of the payment state: the refusal of a cancel', async () => {
    const { emulator, stripe } = await start();
    const intent = await stripe.paymentIntents.create(order);
    await confirmAsBuyer(emulator, intent, 'pm_card_visa');
    const cancel = () => stripe.paymentIntents.cancel(intent.id, {}, { idempotencyKey: 'order:6:cancel' });
    await refusal(cancel());
    const again = await refusal(cancel());
    expect(again.headers?.['idempotent-replayed']).toBe('true');
    expect(again.headers?.['stripe-should-retry']).toBe('false');
    expect(again.payment_intent?.status).toBe('succeeded');
  });

  test('survives a restart with its answer, byte for byte', async () => {
    const dir = await temporaryDirectory();
    const first = await start({ dir });
    const form = { amount: '1000', currency: 'inr', 'metadata[10]': 'b', 'metadata[2]': 'a' };
    const create = async ({ url, secretKey }: { url: string; secretKey: string }) => {
      const headers = { authorization: `Bearer ${secretKey}`, 'idempotency-key': 'order:7:pi:1' };
      const body = new URLSearchParams(form);
      return (await fetch(`${url}/v1/payment_intents`, { method: 'POST', headers, body })).text();
    };
    const answer = await create(first.emulator);
    await first.emulator.close();
    const second = await start({ dir });
    expect(await create(second.emulator)).toBe(answer);
    expect((await second.stripe.paymentIntents.list()).data).toHaveLength(1);
  });

  test('is forgotten after a day, not before', async () => {
    const clock = new ManualClock();
    const { stripe } = await start({ clock });
    const create = () => stripe.paymentIntents.create(order, { idempotencyKey: 'order:8:pi:1' });
    const first = await create();
    clock.advance(DAY_MS - 60_000);
    expect((await create()).id).toBe(first.id);
    clock.advance(3 * 60_000);
    expect((await create()).id).not.toBe(first.id);
  });

  test('is forgotten at once when a test says so', async () => {
    const { emulator, stripe } = await start();
    const create = () => stripe.paymentIntents.create(order, { idempotencyKey: 'order:10:pi:1' });
    const first = await create();
    emulator.control.forgetKeys();
    expect((await create()).id).not.toBe(first.id);
  });

  test("of a buyer's device is another than the same key of the shop", async () => {
    const { emulator, stripe } = await start();
    const intent = await stripe.paymentIntents.create(order);
    const form = { key: emulator.publishableKey, client_secret: String(intent.client_secret) };
    const path = `${emulator.url}/v1/payment_intents/${intent.id}/confirm`;
    await post(
      path,
      { ...form, payment_method: 'pm_card_chargeDeclined' },
      { 'idempotency-key': 'order:9:pi:1' },
    );
    const other = await stripe.paymentIntents.create(order, { idempotencyKey: 'order:9:pi:1' });
    expect(other.id).not.toBe(intent.id);
  });

  test('longer than 255 characters is refused', async () => {
    const { stripe } = await start();
    const error = await refusal(stripe.paymentIntents.create(order, { idempotencyKey: 'k'.repeat(256) }));
    expect(error).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  });
});
