import { describe, expect, test } from 'vitest';
import { ManualClock } from './support/manual-clock.ts';
import { confirmAsBuyer, refusal, sdk, startStripe, temporaryDirectory } from './support/stripe.ts';
import { WebhookReceiver } from './support/webhook-receiver.ts';

const order = { amount: 1000, currency: 'inr' };

async function start(options: Parameters<typeof startStripe>[0] = {}) {
  const emulator = await startStripe(options);
  return { emulator, stripe: sdk(emulator) };
}

describe('A delayed UPI payment', () => {
  test('is processing until its time has come, and cannot be canceled meanwhile', async () => {
    const clock = new ManualClock();
    const { emulator, stripe } = await start({ clock, delayedPaymentMs: 90_000 });
    const { id, client_secret } = await stripe.paymentIntents.create(order);
    const { body } = await confirmAsBuyer(emulator, { id, client_secret }, 'pm_upi_delayed');
    expect(body.status).toBe('processing');
    clock.advance(89_999);
    const error = await refusal(stripe.paymentIntents.cancel(id));
    expect(error).toMatchObject({ code: 'payment_intent_unexpected_state' });
    expect(error.payment_intent?.status).toBe('processing');
    clock.advance(1);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'succeeded',
      amount_received: 1000,
    });
  });

  test('that the bank refuses may be tried again', async () => {
    const clock = new ManualClock();
    const { emulator, stripe } = await start({ clock });
    const intent = await stripe.paymentIntents.create(order);
    await confirmAsBuyer(emulator, intent, 'pm_upi_delayedFails');
    clock.advance(5000);
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_payment_attempt_failed' },
      amount_received: 0,
    });
    const { body } = await confirmAsBuyer(emulator, intent, 'pm_card_visa');
    expect(body).toMatchObject({ status: 'succeeded', last_payment_error: null });
  });

  test('settles when the control port says so, once', async () => {
    const clock = new ManualClock();
    const { emulator, stripe } = await start({ clock });
    const intent = await stripe.paymentIntents.create(order);
    await confirmAsBuyer(emulator, intent, 'pm_upi_delayed');
    emulator.control.settle(intent.id, 'failed');
    expect(() => emulator.control.settle(intent.id, 'succeeded')).toThrow('waits for nothing');
    clock.advance(60_000);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_payment_method');
  });

  test('is for rupees only', async () => {
    const { emulator, stripe } = await start();
    const intent = await stripe.paymentIntents.create({ ...order, currency: 'usd' });
    expect((await confirmAsBuyer(emulator, intent, 'pm_upi_delayed')).status).toBe(400);
  });

  test('settles after a restart as well, and its events still come', async () => {
    const dir = await temporaryDirectory();
    const clock = new ManualClock();
    const first = await start({ clock, dir, delayedPaymentMs: 60_000 });
    const intent = await first.stripe.paymentIntents.create(order);
    await confirmAsBuyer(first.emulator, intent, 'pm_upi_delayed');
    await first.emulator.close();

    clock.advance(61_000);
    const receiver = await WebhookReceiver.start();
    const { stripe } = await start({ clock, dir, webhookUrl: receiver.url });
    clock.advance(1);
    await receiver.got(4);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
    expect(receiver.types.sort()).toEqual([
      'charge.succeeded',
      'payment_intent.created',
      'payment_intent.processing',
      'payment_intent.succeeded',
    ]);
  });
});

describe('A refund', () => {
  async function paidWith(method: string) {
    const clock = new ManualClock();
    const receiver = await WebhookReceiver.start();
    const { emulator, stripe } = await start({ clock, webhookUrl: receiver.url });
    const intent = await stripe.paymentIntents.create(order);
    await confirmAsBuyer(emulator, intent, method);
    return { clock, receiver, emulator, stripe, intent };
  }

  test('may be pending first, and succeeds later', async () => {
    const { clock, receiver, stripe, intent } = await paidWith('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: intent.id });
    expect(refund).toMatchObject({
      status: 'pending',
      pending_reason: 'processing',
      balance_transaction: null,
    });
    clock.advance(5000);
    const settled = await stripe.refunds.retrieve(refund.id);
    expect(settled.status).toBe('succeeded');
    expect(settled).not.toHaveProperty('pending_reason');
    const received = await receiver.got(7);
    const updated = received.find(({ event }) => event.type === 'refund.updated')?.event;
    expect(updated?.data.previous_attributes).toMatchObject({ status: 'pending' });
  });

  test('may fail after it had succeeded, and gives its amount back to the charge', async () => {
    const { clock, receiver, stripe, intent } = await paidWith('pm_card_refundFail');
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 600 });
    expect(refund.status).toBe('succeeded');
    expect(
      (await refusal(stripe.refunds.create({ payment_intent: intent.id, amount: 401 }))).statusCode,
    ).toBe(400);
    clock.advance(5000);
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
      status: 'failed',
      failure_reason: expect.any(String),
    });
    const paid = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(paid.latest_charge).toMatchObject({ amount_refunded: 0, refunded: false });
    await receiver.got(8);
    expect(receiver.types).toContain('refund.failed');
    expect((await stripe.refunds.create({ payment_intent: intent.id })).amount).toBe(1000);
  });

  test('of one payment never exceeds it, however many come at once', async () => {
    const { stripe, intent } = await paidWith('pm_card_visa');
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, () => stripe.refunds.create({ payment_intent: intent.id, amount: 300 })),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const { data } = await stripe.refunds.list({ payment_intent: intent.id });
    expect(data.reduce((sum, { amount }) => sum + amount, 0)).toBe(900);
  });

  test('is refused while the charge is disputed', async () => {
    const { emulator, stripe, intent } = await paidWith('pm_card_visa');
    emulator.control.openDispute(intent.id);
    const error = await refusal(stripe.refunds.create({ payment_intent: intent.id }));
    expect(error).toMatchObject({ code: 'charge_disputed', statusCode: 400 });
  });

  test('is made again after a dispute that was won, and never after one that was lost', async () => {
    for (const outcome of ['won', 'lost'] as const) {
      const { emulator, stripe, intent } = await paidWith('pm_card_visa');
      emulator.control.closeDispute(emulator.control.openDispute(intent.id), outcome);
      const refund = stripe.refunds.create({ payment_intent: intent.id });
      if (outcome === 'won') expect((await refund).status).toBe('succeeded');
      else expect(await refusal(refund)).toMatchObject({ code: 'charge_disputed' });
    }
  });
});

describe('A dispute', () => {
  test.for([
    ['won', 'charge.dispute.funds_reinstated', 5],
    ['lost', 'charge.dispute.closed', 4],
  ] as const)(
    'that is %s is told from its opening to its end',
    async ([outcome, lastType, disputeEvents]) => {
      const receiver = await WebhookReceiver.start();
      const { emulator, stripe } = await start({ webhookUrl: receiver.url });
      const intent = await stripe.paymentIntents.create(order);
      await confirmAsBuyer(emulator, intent, 'pm_card_createDispute');
      const [dispute] = (await stripe.disputes.list({ payment_intent: intent.id })).data;
      expect(dispute).toMatchObject({ amount: 1000, currency: 'inr', status: 'needs_response' });
      const charge = await stripe.charges.retrieve(String(dispute?.charge));
      expect(charge.disputed).toBe(true);
      emulator.control.closeDispute(String(dispute?.id), outcome);
      expect((await stripe.disputes.retrieve(String(dispute?.id))).status).toBe(outcome);
      expect(() => emulator.control.closeDispute(String(dispute?.id), 'won')).toThrow('is not open');
      const received = await receiver.got(2 + disputeEvents - 1);
      expect(receiver.types).toContain(lastType);
      const closed = received.find(({ event }) => event.type === 'charge.dispute.closed')?.event;
      expect(closed?.data.previous_attributes).toEqual({ status: 'needs_response' });
    },
  );

  test('may begin as an inquiry, which takes no money and leaves the charge refundable', async () => {
    const receiver = await WebhookReceiver.start();
    const { emulator, stripe } = await start({ webhookUrl: receiver.url });
    const intent = await stripe.paymentIntents.create(order);
    await confirmAsBuyer(emulator, intent, 'pm_card_visa');
    const id = emulator.control.openInquiry(intent.id);
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'warning_needs_response',
      is_charge_refundable: true,
    });
    expect((await stripe.refunds.create({ payment_intent: intent.id, amount: 100 })).status).toBe(
      'succeeded',
    );
    emulator.control.closeInquiry(id);
    expect((await stripe.disputes.retrieve(id)).status).toBe('warning_closed');
    emulator.control.escalateInquiry(id);
    expect(await refusal(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: 'charge_disputed',
    });
    expect(() => emulator.control.closeInquiry(id)).toThrow('is no open inquiry');
    await receiver.got(9);
    expect(receiver.types.filter((type) => type.startsWith('charge.dispute.')).sort()).toEqual([
      'charge.dispute.closed',
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
    ]);
  });

  test('can be given up by the seller', async () => {
    const { emulator, stripe } = await start();
    const intent = await stripe.paymentIntents.create(order);
    await confirmAsBuyer(emulator, intent, 'pm_card_visa');
    const id = emulator.control.openDispute(intent.id, 'product_not_received');
    expect(await stripe.disputes.close(id)).toMatchObject({ status: 'lost', reason: 'product_not_received' });
  });
});

describe('Cancel and confirm at the same time', () => {
  test('have one winner, and the loser learns who it was', async () => {
    const { emulator, stripe } = await start();
    for (let round = 0; round < 20; round++) {
      const intent = await stripe.paymentIntents.create(order);
      const confirm = () => confirmAsBuyer(emulator, intent, 'pm_card_visa');
      const cancel = () => stripe.paymentIntents.cancel(intent.id).catch((error) => error);
      const calls = round % 2 ? [confirm(), cancel()] : [cancel(), confirm()];
      await Promise.all(calls);
      const { status, amount_received } = await stripe.paymentIntents.retrieve(intent.id);
      expect(['succeeded', 'canceled']).toContain(status);
      expect(amount_received).toBe(status === 'succeeded' ? 1000 : 0);
      const charges = await stripe.charges.list({ payment_intent: intent.id });
      expect(charges.data).toHaveLength(status === 'succeeded' ? 1 : 0);
    }
  });
});

describe('Amounts', () => {
  test('in dinars end in 0, in yen have no minor unit', async () => {
    const { stripe } = await start();
    const error = await refusal(stripe.paymentIntents.create({ amount: 1234, currency: 'kwd' }));
    expect(error).toMatchObject({ param: 'amount', statusCode: 400 });
    expect((await stripe.paymentIntents.create({ amount: 1230, currency: 'KWD' })).currency).toBe('kwd');
    expect((await stripe.paymentIntents.create({ amount: 50, currency: 'jpy' })).amount).toBe(50);
    expect((await refusal(stripe.paymentIntents.create({ amount: 49, currency: 'jpy' }))).code).toBe(
      'amount_too_small',
    );
  });
});

describe('Metadata', () => {
  test.for<[name: string, metadata: Record<string, string>]>([
    ['more than 50 keys', Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'v']))],
    ['a key of 41 characters', { ['k'.repeat(41)]: 'v' }],
    ['a value of 501 characters', { k: 'v'.repeat(501) }],
  ])('with %s is refused', async ([, metadata]) => {
    const { stripe } = await start();
    expect((await refusal(stripe.paymentIntents.create({ ...order, metadata }))).statusCode).toBe(400);
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
  });

  test('may be named like the members of every object, and reaches none', async () => {
    const { stripe } = await start();
    const metadata = JSON.parse('{"__proto__":"x","constructor":"y","toString":"z"}') as Record<
      string,
      string
    >;
    const { id } = await stripe.paymentIntents.create({ ...order, metadata });
    const found = await stripe.paymentIntents.retrieve(id);
    expect(Object.entries(found.metadata).sort()).toEqual(Object.entries(metadata).sort());
    expect(Reflect.get({}, 'x')).toBeUndefined();
  });
});
