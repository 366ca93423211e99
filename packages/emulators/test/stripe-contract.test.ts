import Stripe from 'stripe';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { StripeEmulator } from '../src/index.ts';
import { post, refusal, sdk } from './support/stripe.ts';

/**
 * What the emulator and Stripe have in common. The rows are run against the emulator, and against Stripe's own test
 * mode when STRIPE_SECRET_KEY (and, for the buyer's rows, STRIPE_PUBLISHABLE_KEY) of a test account are set.
 */
interface Backend {
  stripe: Stripe;
  url: string;
  publishableKey: string;
  close(): Promise<void>;
}
type Row = [name: string, open: () => Promise<Backend>];

const backends: Row[] = [
  [
    'the emulator',
    async () => {
      const emulator = await StripeEmulator.start();
      const { url, publishableKey } = emulator;
      return { stripe: sdk(emulator), url, publishableKey, close: () => emulator.close() };
    },
  ],
];
const backendsWithBuyers = [...backends];
const secretKey = process.env.STRIPE_SECRET_KEY;
if (secretKey?.startsWith('sk_test_')) {
  const stripe = new Stripe(secretKey, { telemetry: false, maxNetworkRetries: 2 });
  const publishableKey = process.env.STRIPE_PUBLISHABLE_KEY ?? '';
  const row: Row = [
    'Stripe test mode',
    async () => ({ stripe, url: 'https://api.stripe.com', publishableKey, close: async () => {} }),
  ];
  backends.push(row);
  if (publishableKey) backendsWithBuyers.push(row);
} else {
  console.warn(
    'NOT RUN: the contract suite against Stripe test mode; set STRIPE_SECRET_KEY=sk_test_... to run it.',
  );
}

const order = (orderId: string = crypto.randomUUID()): Stripe.PaymentIntentCreateParams => ({
  amount: 1999,
  currency: 'usd',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  metadata: { order_id: orderId },
});

describe.for(backends)('PaymentIntents of %s', ([, open]) => {
  let backend: Backend;
  let stripe: Stripe;
  beforeAll(async () => {
    backend = await open();
    stripe = backend.stripe;
    return () => backend.close();
  });
  const paid = async () => {
    const { id } = await stripe.paymentIntents.create(order());
    return stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
  };

  test('a new one waits for a payment method and tells its client secret', async () => {
    const intent = await stripe.paymentIntents.create(order('o-1'));
    expect(intent).toMatchObject({
      object: 'payment_intent',
      amount: 1999,
      amount_received: 0,
      currency: 'usd',
      status: 'requires_payment_method',
      livemode: false,
      latest_charge: null,
      metadata: { order_id: 'o-1' },
    });
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_\\w+$`));
    expect(intent.lastResponse.requestId).toMatch(/^req_/);
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ id: intent.id, amount: 1999 });
  });

  test('a card pays it: amount received, latest charge, and no way back', async () => {
    const intent = await paid();
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1999, next_action: null });
    const charge = await stripe.charges.retrieve(String(intent.latest_charge));
    expect(charge).toMatchObject({
      paid: true,
      status: 'succeeded',
      amount: 1999,
      payment_intent: intent.id,
    });
    expect(charge.metadata).toEqual(intent.metadata);
    const error = await refusal(stripe.paymentIntents.cancel(intent.id));
    expect(error).toMatchObject({
      type: 'StripeInvalidRequestError',
      code: 'payment_intent_unexpected_state',
      statusCode: 400,
    });
    expect(error.payment_intent).toMatchObject({ id: intent.id, status: 'succeeded' });
  });

  test('a declined card answers 402 and leaves it open for another try', async () => {
    const { id } = await stripe.paymentIntents.create(order());
    const error = await refusal(
      stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa_chargeDeclined' }),
    );
    expect(error).toMatchObject({
      type: 'StripeCardError',
      code: 'card_declined',
      decline_code: 'generic_decline',
      statusCode: 402,
    });
    expect(error.payment_intent).toMatchObject({ id, status: 'requires_payment_method' });
    const after = await stripe.paymentIntents.retrieve(id);
    expect(after.last_payment_error).toMatchObject({ type: 'card_error', code: 'card_declined' });
    expect(after.payment_method).toBeNull();
    expect(after.latest_charge).toMatch(/^ch_/);
    const again = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(again).toMatchObject({ status: 'succeeded', last_payment_error: null });
  });

  test('a card with 3D Secure requires an action first', async () => {
    const { id } = await stripe.paymentIntents.create({
      ...order(),
      automatic_payment_methods: { enabled: true },
    });
    const intent = await stripe.paymentIntents.confirm(id, {
      payment_method: 'pm_card_threeDSecure2Required',
      return_url: 'https://shop.example/done',
    });
    expect(intent.status).toBe('requires_action');
    expect(intent.next_action).toMatchObject({
      type: 'redirect_to_url',
      redirect_to_url: { return_url: 'https://shop.example/done' },
    });
    expect(await stripe.paymentIntents.cancel(id)).toMatchObject({ status: 'canceled', next_action: null });
  });

  test('a confirmation that may redirect needs a return_url', async () => {
    const { id } = await stripe.paymentIntents.create({
      ...order(),
      automatic_payment_methods: { enabled: true },
    });
    const error = await refusal(stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }));
    expect(error).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400 });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
  });

  test('a canceled one takes no payment any more', async () => {
    const { id } = await stripe.paymentIntents.create(order());
    const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    expect(canceled.canceled_at).toBeTypeOf('number');
    const error = await refusal(stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }));
    expect(error).toMatchObject({ code: 'payment_intent_unexpected_state', statusCode: 400 });
    expect(error.payment_intent?.status).toBe('canceled');
    expect(await refusal(stripe.paymentIntents.cancel(id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });

  test('creation can confirm at once, and a decline then still leaves the intent', async () => {
    const good = await stripe.paymentIntents.create({
      ...order(),
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    expect(good.status).toBe('succeeded');
    const error = await refusal(
      stripe.paymentIntents.create({
        ...order(),
        confirm: true,
        payment_method: 'pm_card_visa_chargeDeclined',
      }),
    );
    expect(error.statusCode).toBe(402);
    const left = await stripe.paymentIntents.retrieve(String(error.payment_intent?.id));
    expect(left.status).toBe('requires_payment_method');
  });

  test('a payment method given at creation waits for the confirmation', async () => {
    const { id, status } = await stripe.paymentIntents.create({ ...order(), payment_method: 'pm_card_visa' });
    expect(status).toBe('requires_confirmation');
    expect((await stripe.paymentIntents.confirm(id)).status).toBe('succeeded');
  });

  test('confirming without any payment method is refused', async () => {
    const { id } = await stripe.paymentIntents.create(order());
    expect(await refusal(stripe.paymentIntents.confirm(id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
      statusCode: 400,
    });
  });

  test('metadata is merged, and an empty value removes its key', async () => {
    const { id } = await stripe.paymentIntents.create(order('o-7'));
    await stripe.paymentIntents.update(id, { metadata: { buyer: 'b-1', note: 'x' } });
    const updated = await stripe.paymentIntents.update(id, { metadata: { note: '' }, description: 'A mug' });
    expect(updated.metadata).toEqual({ order_id: 'o-7', buyer: 'b-1' });
    expect(updated.description).toBe('A mug');
    expect((await stripe.paymentIntents.update(id, { metadata: '' })).metadata).toEqual({});
  });

  test('the amount can change until the payment began', async () => {
    const { id } = await stripe.paymentIntents.create(order());
    expect((await stripe.paymentIntents.update(id, { amount: 2500 })).amount).toBe(2500);
    const done = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(done.amount_received).toBe(2500);
    expect((await refusal(stripe.paymentIntents.update(id, { amount: 1 }))).statusCode).toBe(400);
  });

  test('a list is newest first, begins at a time, and pages', async () => {
    const first = await stripe.paymentIntents.create(order());
    const made = [
      first,
      await stripe.paymentIntents.create(order()),
      await stripe.paymentIntents.create(order()),
    ];
    const since = { created: { gte: first.created } };
    const page = await stripe.paymentIntents.list({ ...since, limit: 2 });
    expect(page.data).toHaveLength(2);
    expect(page.has_more).toBe(true);
    const rest = await stripe.paymentIntents.list({ ...since, limit: 100, starting_after: page.data[1]?.id });
    const ids = [...page.data, ...rest.data].map(({ id }) => id);
    expect(ids.filter((id) => made.some((intent) => intent.id === id)).sort()).toEqual(
      made.map(({ id }) => id).sort(),
    );
    const future = await stripe.paymentIntents.list({ created: { gte: first.created + 3600 } });
    expect(future).toMatchObject({ data: [], has_more: false });
  });

  test.for<[name: string, params: object, facts: object]>([
    ['no amount', { amount: undefined }, { code: 'parameter_missing', param: 'amount' }],
    ['no currency', { currency: undefined }, { code: 'parameter_missing', param: 'currency' }],
    ['a fraction', { amount: 10.5 }, { code: 'parameter_invalid_integer', param: 'amount' }],
    ['nothing to pay', { amount: 0 }, { code: 'parameter_invalid_integer', param: 'amount' }],
    ['a negative amount', { amount: -5 }, { code: 'parameter_invalid_integer', param: 'amount' }],
    ['less than the least charge', { amount: 1 }, { code: 'amount_too_small' }],
    ['nine digits', { amount: 100_000_000 }, { code: 'amount_too_large', param: 'amount' }],
    ['an unknown currency', { currency: 'zzz' }, { param: 'currency' }],
    ['an unknown parameter', { colour: 'red' }, { code: 'parameter_unknown', param: 'colour' }],
    ['no such payment method', { payment_method: 'pm_nothing' }, { code: 'resource_missing' }],
  ])('creation is refused with %s', async ([, params, facts]) => {
    const error = await refusal(stripe.paymentIntents.create({ ...order(), ...params }));
    expect(error).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400, ...facts });
  });

  test('what does not exist answers 404, a wrong key 401', async () => {
    expect(await refusal(stripe.paymentIntents.retrieve('pi_nothing'))).toMatchObject({
      code: 'resource_missing',
      statusCode: 404,
    });
    const response = await fetch(`${backend.url}/v1/payment_intents`, {
      headers: { authorization: 'Bearer sk_test_wrong' },
    });
    expect(response.status).toBe(401);
  });

  test('the same key and parameters get the first answer again', async () => {
    const idempotencyKey = `contract:${crypto.randomUUID()}`;
    const params = order();
    const first = await stripe.paymentIntents.create(params, { idempotencyKey });
    const again = await stripe.paymentIntents.create(params, { idempotencyKey });
    expect(again.id).toBe(first.id);
    expect(again.lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'original-request': first.lastResponse.requestId,
    });
    const error = await refusal(stripe.paymentIntents.create({ ...params, amount: 777 }, { idempotencyKey }));
    expect(error).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  });

  test('a declined payment is an answer too: its key replays it', async () => {
    const { id } = await stripe.paymentIntents.create(order());
    const confirm = () =>
      stripe.paymentIntents.confirm(
        id,
        { payment_method: 'pm_card_visa_chargeDeclined' },
        { idempotencyKey: `contract:${id}:confirm` },
      );
    const first = await refusal(confirm());
    const again = await refusal(confirm());
    expect(again).toMatchObject({ statusCode: 402, code: 'card_declined', charge: first.charge });
    expect(again.headers).toMatchObject({ 'idempotent-replayed': 'true' });
  });

  test('refunds give back parts, never more than was paid', async () => {
    const intent = await paid();
    const part = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 500,
      metadata: { key: 'r-1' },
      reason: 'requested_by_customer',
    });
    expect(part).toMatchObject({
      object: 'refund',
      amount: 500,
      currency: 'usd',
      payment_intent: intent.id,
      charge: intent.latest_charge,
      status: 'succeeded',
      metadata: { key: 'r-1' },
    });
    const tooMuch = await refusal(stripe.refunds.create({ payment_intent: intent.id, amount: 1500 }));
    expect(tooMuch).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400 });
    const rest = await stripe.refunds.create({ payment_intent: intent.id });
    expect(rest.amount).toBe(1499);
    const empty = await refusal(stripe.refunds.create({ payment_intent: intent.id }));
    expect(empty).toMatchObject({ code: 'charge_already_refunded', statusCode: 400 });
    const listed = await stripe.refunds.list({ payment_intent: intent.id });
    expect(listed.data.map(({ id }) => id)).toEqual([rest.id, part.id]);
    expect(await stripe.refunds.retrieve(part.id)).toMatchObject({ id: part.id, amount: 500 });
    const charge = await stripe.charges.retrieve(String(intent.latest_charge));
    expect(charge).toMatchObject({ amount_refunded: 1999, refunded: true });
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  test('an unpaid intent has nothing to refund', async () => {
    const { id } = await stripe.paymentIntents.create(order());
    expect((await refusal(stripe.refunds.create({ payment_intent: id }))).statusCode).toBe(400);
  });

  test('the latest charge can be expanded', async () => {
    const { id } = await paid();
    const intent = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    expect(intent.latest_charge).toMatchObject({ object: 'charge', payment_intent: id, amount: 1999 });
    expect((await refusal(stripe.paymentIntents.retrieve(id, { expand: ['amount'] }))).statusCode).toBe(400);
  });

  test('every step is an event with a snapshot of its moment', async () => {
    const created = await stripe.paymentIntents.create(order());
    await stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_visa' });
    const events = await vi.waitFor(
      async () => {
        const { data } = await stripe.events.list({ type: 'payment_intent.*', limit: 50 });
        const own = data.filter(({ data }) => (data.object as Stripe.PaymentIntent).id === created.id);
        expect(own.map(({ type }) => type).sort()).toEqual([
          'payment_intent.created',
          'payment_intent.succeeded',
        ]);
        return own;
      },
      { timeout: 20_000, interval: 200 },
    );
    const event = events.find(({ type }) => type === 'payment_intent.created');
    expect(event).toMatchObject({
      object: 'event',
      livemode: false,
      request: { id: created.lastResponse.requestId },
      data: { object: { status: 'requires_payment_method', amount_received: 0 } },
    });
    expect(await stripe.events.retrieve(String(event?.id))).toMatchObject({ id: event?.id });
  });
});

describe.for(backendsWithBuyers)("A buyer's device at %s", ([, open]) => {
  let backend: Backend;
  let stripe: Stripe;
  beforeAll(async () => {
    backend = await open();
    stripe = backend.stripe;
    return () => backend.close();
  });

  test('confirms with the publishable key and the client secret', async () => {
    const { publishableKey, url } = backend;
    const intent = await stripe.paymentIntents.create(order());
    const confirm = (form: Record<string, string>) =>
      post(`${url}/v1/payment_intents/${intent.id}/confirm`, { key: publishableKey, ...form });
    const paymentMethod = { payment_method: 'pm_card_visa', use_stripe_sdk: 'true' };

    expect((await confirm(paymentMethod)).status).toBe(400);
    expect((await confirm({ ...paymentMethod, client_secret: `${intent.id}_secret_wrong` })).status).toBe(
      400,
    );
    const { status, body } = await confirm({ ...paymentMethod, client_secret: String(intent.client_secret) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: intent.id, status: 'succeeded' });
    expect(body).not.toHaveProperty('metadata');
    expect(body).not.toHaveProperty('latest_charge');
  });

  test('the publishable key can create, cancel and list nothing', async () => {
    const { publishableKey, url } = backend;
    const { id } = await stripe.paymentIntents.create(order());
    const forms = [
      await post(`${url}/v1/payment_intents`, { key: publishableKey, amount: '1999', currency: 'usd' }),
      await post(`${url}/v1/payment_intents/${id}/cancel`, { key: publishableKey }),
      await post(`${url}/v1/refunds`, { key: publishableKey, payment_intent: id }),
    ];
    for (const { status, body } of forms) {
      expect([401, 403]).toContain(status);
      expect(body.error).toMatchObject({ code: 'secret_key_required' });
    }
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
  });
});
