import Stripe from 'stripe';
import { describe, expect, test, vi } from 'vitest';
import { signWebhook } from '../src/stripe/webhook-signature.ts';
import { ManualClock } from './support/manual-clock.ts';
import { confirmAsBuyer, sdk, startStripe } from './support/stripe.ts';
import { isAccepted, patience, WebhookReceiver } from './support/webhook-receiver.ts';

const order = { amount: 1000, currency: 'inr' };

async function start(options: Parameters<typeof startStripe>[0] = {}) {
  const receiver = await WebhookReceiver.start();
  const emulator = await startStripe({ webhookUrl: receiver.url, ...options });
  return { receiver, emulator, stripe: sdk(emulator) };
}

describe('A signature', () => {
  const payload = JSON.stringify({ id: 'evt_1', object: 'event', type: 'payment_intent.succeeded' });
  const now = Math.floor(Date.now() / 1000);
  const { webhooks } = new Stripe('sk_test_x');
  const accepts = (body: string | Buffer, header: string, secret = 'whsec_now') => {
    try {
      return webhooks.constructEvent(body, header, secret).id === 'evt_1';
    } catch {
      return false;
    }
  };

  test('is accepted by the SDK for the exact bytes, as text or buffer', () => {
    const header = signWebhook(payload, ['whsec_now'], now);
    expect(header).toMatch(/^t=\d+,v1=[0-9a-f]{64},v0=[0-9a-f]{64}$/);
    expect(accepts(payload, header)).toBe(true);
    expect(accepts(Buffer.from(payload), header)).toBe(true);
    expect(accepts(JSON.stringify(JSON.parse(payload), null, 1), header)).toBe(false);
    expect(accepts(`${payload} `, header)).toBe(false);
  });

  test('with several secrets is accepted by each of them, and by no other', () => {
    const header = signWebhook(payload, ['whsec_old', 'whsec_now'], now);
    expect(accepts(payload, header, 'whsec_old')).toBe(true);
    expect(accepts(payload, header, 'whsec_now')).toBe(true);
    expect(accepts(payload, header, 'whsec_other')).toBe(false);
  });

  test('older than five minutes, or with nothing but v0, is rejected', () => {
    expect(accepts(payload, signWebhook(payload, ['whsec_now'], now - 299))).toBe(true);
    expect(accepts(payload, signWebhook(payload, ['whsec_now'], now - 301))).toBe(false);
    const header = signWebhook(payload, ['whsec_now'], now);
    expect(accepts(payload, header.replace(/v1=\w+,/, ''))).toBe(false);
  });
});

describe('Webhooks', () => {
  test('tell a payment from creation to charge, each signed, with its snapshot and its request', async () => {
    const { receiver, emulator, stripe } = await start();
    const intent = await stripe.paymentIntents.create(order, { idempotencyKey: 'order:1:pi:1' });
    await confirmAsBuyer(emulator, intent, 'pm_card_visa');
    const received = await receiver.got(3);
    expect(receiver.types.sort()).toEqual([
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
    expect(received.every((one) => isAccepted(one, emulator.webhookSecret))).toBe(true);
    const created = received.find(({ event }) => event.type === 'payment_intent.created')?.event;
    expect(created).toMatchObject({
      object: 'event',
      livemode: false,
      pending_webhooks: 1,
      request: { id: intent.lastResponse.requestId, idempotency_key: 'order:1:pi:1' },
      data: { object: { id: intent.id, status: 'requires_payment_method' } },
    });
    const succeeded = received.find(({ event }) => event.type === 'payment_intent.succeeded')?.event;
    expect(succeeded?.data.object).toMatchObject({ status: 'succeeded', amount_received: 1000 });
  });

  test('that change something say what it was before', async () => {
    const { receiver, emulator, stripe } = await start();
    const intent = await stripe.paymentIntents.create(order);
    await confirmAsBuyer(emulator, intent, 'pm_card_visa');
    await stripe.refunds.create({ payment_intent: intent.id, amount: 400 });
    await stripe.refunds.create({ payment_intent: intent.id });
    const received = await receiver.got(7);
    const changes = received
      .filter(({ event }) => event.type === 'charge.refunded')
      .map(({ event }) => event.data.previous_attributes);
    expect(changes).toEqual(
      expect.arrayContaining([{ amount_refunded: 0 }, { amount_refunded: 400, refunded: false }]),
    );
  });

  test('wait for an address, and leave when there is one', async () => {
    const { receiver, emulator, stripe } = await start({ webhookUrl: null });
    await stripe.paymentIntents.create(order);
    expect((await stripe.events.list()).data[0]?.pending_webhooks).toBe(1);
    emulator.setWebhookUrl(receiver.url);
    await receiver.got(1);
    await vi.waitFor(
      async () => expect((await stripe.events.list()).data[0]?.pending_webhooks).toBe(0),
      patience,
    );
  });

  test('that are refused come again by the schedule: the same event, a new timestamp', async () => {
    const clock = new ManualClock();
    const { receiver, stripe } = await start({ clock, webhookSpeedFactor: 1 });
    receiver.answer = (_, count) => (count < 4 ? 500 : 200);
    await stripe.paymentIntents.create(order);
    const waitsMs: (number | undefined)[] = [];
    for (const count of [1, 2, 3]) {
      await receiver.got(count);
      // The tidying timer of the account waits a minute at most.
      const retryMs = await vi.waitFor(() => {
        const wait = clock.waitsMs.find((waitMs) => waitMs > 60_000);
        if (wait === undefined) throw new Error('no retry is planned yet');
        return wait;
      }, patience);
      waitsMs.push(retryMs);
      clock.advance(retryMs);
    }
    const received = await receiver.got(4);
    expect(waitsMs).toEqual([5 * 60_000, 30 * 60_000, 120 * 60_000]);
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(1);
    expect(new Set(received.map(({ signature }) => signature.split(',')[0])).size).toBe(4);
    await vi.waitFor(
      async () => expect((await stripe.events.list()).data[0]?.pending_webhooks).toBe(0),
      patience,
    );
  });

  test('are given up after three days without any success', async () => {
    const clock = new ManualClock();
    const { receiver, emulator, stripe } = await start({ clock, webhookSpeedFactor: 1 });
    receiver.answer = () => 503;
    await stripe.paymentIntents.create(order);
    for (let attempts = 1; attempts <= 10; attempts++) {
      await receiver.got(attempts);
      await vi.waitFor(() => expect(emulator.control.webhookAttempts()).toHaveLength(attempts), patience);
      await vi.waitFor(async () => {
        const pending = (await stripe.events.list()).data[0]?.pending_webhooks;
        if (attempts < 10) expect(clock.waitsMs.some((waitMs) => waitMs > 60_000)).toBe(true);
        else expect(pending).toBe(0);
      }, patience);
      clock.advance(12 * 3600_000);
    }
    expect(receiver.received).toHaveLength(10);
  });

  test('meet an endpoint that redirects, hangs or is down as they meet one that fails', async () => {
    const { receiver, emulator, stripe } = await start({
      webhookTimeoutMs: 2000,
      webhookSpeedFactor: 30_000,
    });
    let isHanging = true;
    receiver.answer = (_, count) => {
      if (count === 1) return 302;
      return isHanging ? new Promise<number>(() => {}) : 200;
    };
    await stripe.paymentIntents.create(order);
    await receiver.got(2);
    isHanging = false;
    await receiver.got(3);
    const results = () => emulator.control.webhookAttempts().map(({ result }) => result);
    await vi.waitFor(() => expect(results().at(-1)).toBe(200), patience);
    expect(results()[0]).toBe(302);
    expect(results()[1]).toBeTypeOf('string');
  });

  test('have an address that is a URL', async () => {
    const { emulator } = await start();
    expect(() => emulator.setWebhookUrl('shop.example/webhooks')).toThrow('http or https');
    await expect(startStripe({ webhookUrl: 'ftp://shop.example' })).rejects.toThrow('http or https');
  });

  test('are signed with the old and the new secret while a secret is rotated', async () => {
    const { receiver, emulator, stripe } = await start();
    emulator.control.setWebhookSecrets(['whsec_new', emulator.webhookSecret]);
    await stripe.paymentIntents.create(order);
    const [one] = await receiver.got(1);
    expect(one && isAccepted(one, 'whsec_new') && isAccepted(one, emulator.webhookSecret)).toBe(true);
    emulator.control.setWebhookSecrets(['whsec_new']);
    await stripe.paymentIntents.create(order);
    const [, two] = await receiver.got(2);
    expect(two && isAccepted(two, 'whsec_new')).toBe(true);
    expect(two && isAccepted(two, emulator.webhookSecret)).toBe(false);
  });
});

describe('Delivery faults', () => {
  test('duplicate: fifty copies at the same time are one event', async () => {
    const { receiver, emulator, stripe } = await start();
    const gate = Promise.withResolvers<number>();
    receiver.answer = (_, count) => {
      if (count === 51) gate.resolve(200);
      return gate.promise;
    };
    emulator.control.setWebhookFaults({ duplicates: 50, parallel: true });
    await stripe.paymentIntents.create(order);
    const received = await receiver.got(51);
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(1);
    expect(receiver.mostAtOnce).toBe(51);
  });

  test('duplicate, not parallel: one copy after the other', async () => {
    const { receiver, emulator, stripe } = await start();
    emulator.control.setWebhookFaults({ duplicates: 3 });
    await stripe.paymentIntents.create(order);
    await receiver.got(4);
    expect(receiver.mostAtOnce).toBe(1);
  });

  test('delay: nothing comes before its time', async () => {
    const clock = new ManualClock();
    const { receiver, emulator, stripe } = await start({ clock });
    emulator.control.setWebhookFaults({ delayMs: 15 * 60_000 });
    await stripe.paymentIntents.create(order);
    clock.advance(15 * 60_000 - 1);
    emulator.control.clearFaults();
    const later = await stripe.paymentIntents.create(order);
    const [first] = await receiver.got(1);
    expect(first?.event.data.object).toMatchObject({ id: later.id });
    clock.advance(1);
    await receiver.got(2);
  });

  test('shuffle: a span of events comes in another order, whole', async () => {
    const clock = new ManualClock();
    let next = 0;
    const { receiver, emulator, stripe } = await start({
      clock,
      // Falling numbers make the shuffle a reversal.
      random: (count) => new Uint8Array(count).map(() => 255 - (next++ % 256)),
    });
    emulator.control.setWebhookFaults({ shuffleMs: 1000 });
    const made: string[] = [];
    for (let n = 0; n < 6; n++) made.push((await stripe.paymentIntents.create(order)).id);
    clock.advance(1000);
    const received = await receiver.got(6);
    const came = received.map(({ event }) => (event.data.object as Stripe.PaymentIntent).id);
    expect([...came].sort()).toEqual([...made].sort());
    expect(came).not.toEqual(made);
  });

  test('drop: the event exists, never comes, and can be sent again by hand', async () => {
    const { receiver, emulator, stripe } = await start();
    emulator.control.setWebhookFaults({ drop: true, types: ['payment_intent.succeeded'] });
    const intent = await stripe.paymentIntents.create(order);
    await confirmAsBuyer(emulator, intent, 'pm_card_visa');
    await receiver.got(2);
    expect(receiver.types.sort()).toEqual(['charge.succeeded', 'payment_intent.created']);
    const [dropped] = (await stripe.events.list({ type: 'payment_intent.succeeded' })).data;
    expect(dropped?.pending_webhooks).toBe(0);
    emulator.control.clearFaults();
    emulator.control.resendEvent(String(dropped?.id));
    const received = await receiver.got(3);
    expect(received[2]?.event.id).toBe(dropped?.id);
  });

  test('before the response: the endpoint knows the payment before its creator does', async () => {
    const { receiver, emulator, stripe } = await start();
    emulator.control.setWebhookFaults({ beforeResponse: true });
    let isAnswered = false;
    const wasAnsweredBefore: boolean[] = [];
    receiver.answer = () => {
      wasAnsweredBefore.push(isAnswered);
      return 200;
    };
    await stripe.paymentIntents.create(order);
    isAnswered = true;
    expect(wasAnsweredBefore).toEqual([false]);
  });

  test('before the response: a payment that settles by itself is told all the same', async () => {
    const { receiver, emulator, stripe } = await start();
    const intent = await stripe.paymentIntents.create(order);
    await confirmAsBuyer(emulator, intent, 'pm_upi_delayed');
    await receiver.got(2);
    emulator.control.setWebhookFaults({ beforeResponse: true });
    emulator.control.settle(intent.id, 'succeeded');
    await receiver.got(4);
    expect(receiver.types).toContain('payment_intent.succeeded');
  });

  test.for([
    ['a wrong secret', { wrongSecret: true }],
    ['an old timestamp', { timestampOffsetSeconds: -301 }],
  ] as const)('%s: the SDK rejects the webhook', async ([, faults]) => {
    const { receiver, emulator, stripe } = await start();
    emulator.control.setWebhookFaults(faults);
    await stripe.paymentIntents.create(order);
    const [one] = await receiver.got(1);
    expect(one && isAccepted(one, emulator.webhookSecret)).toBe(false);
  });

  test('a future timestamp: the SDK accepts it, so the receiver must look itself', async () => {
    const { receiver, emulator, stripe } = await start();
    emulator.control.setWebhookFaults({ timestampOffsetSeconds: 86_400 });
    await stripe.paymentIntents.create(order);
    const [one] = await receiver.got(1);
    expect(one && isAccepted(one, emulator.webhookSecret)).toBe(true);
    const seconds = Number(/^t=(\d+)/.exec(one?.signature ?? '')?.[1]);
    expect(seconds).toBeGreaterThan(Date.now() / 1000 + 86_000);
  });
});
