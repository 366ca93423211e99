import { type Api, ApiError, type Clock, type LiveConnection } from '@vybekart/client';
import type { CashToConfirm, ErrorCode, Order, PlaceOrderInput } from '@vybekart/contract';
import { describe, expect, test } from 'vitest';
import { CheckoutFlow } from './checkout-flow';
import { anOrder, aPlacedCashOrder, aPlacedOrder } from './test-orders';

const price = { amountMinor: 129_900, currency: 'inr' as const };
const body = (quantity = 1): PlaceOrderInput => ({
  items: [
    { variantId: anOrder().items[0]?.variantId ?? '', quantity, expectedUnitPriceMinor: price.amountMinor },
  ],
});

/** A clock that stands until it is turned. */
class HandClock implements Clock {
  #nowMs = 1_000_000;
  #alarms = new Set<{ atMs: number; run: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const alarm = { atMs: this.#nowMs + delayMs, run };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  async advance(byMs: number): Promise<void> {
    this.#nowMs += byMs;
    for (const alarm of [...this.#alarms].filter(({ atMs }) => atMs <= this.#nowMs)) {
      this.#alarms.delete(alarm);
      alarm.run();
    }
    // Lets what the alarms began come to its end.
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
}

interface Answers {
  place?: () => unknown;
  order?: () => Order;
  confirm?: { status: number; body: unknown };
  giveCode?: (code: string) => Order;
  resend?: () => CashToConfirm;
}

function aShop(answers: Answers = {}) {
  const clock = new HandClock();
  const keys: string[] = [];
  const confirmations: string[] = [];
  let listener: (payload: { order: Order }) => void = () => {};
  const api = {
    call: async (name: string, options: { idempotencyKey?: string; body?: { code?: string } }) => {
      if (name === 'getOrder') return answers.order?.() ?? anOrder();
      if (name === 'confirmCash') return answers.giveCode?.(options.body?.code ?? '');
      if (name === 'resendCashCode') return answers.resend?.();
      keys.push(options.idempotencyKey ?? 'none');
      return answers.place?.() ?? aPlacedOrder();
    },
  } as unknown as Pick<Api, 'call'>;
  const live = {
    on: (_name: string, listen: (payload: { order: Order }) => void) => {
      listener = listen;
      return () => {
        listener = () => {};
      };
    },
  } as unknown as Pick<LiveConnection, 'on'>;
  const flow = new CheckoutFlow({
    api,
    live,
    clock,
    fetch: async (url, init) => {
      confirmations.push(`${url} ${String(init.body)}`);
      const { status, body: answer } = answers.confirm ?? { status: 200, body: { status: 'succeeded' } };
      return new Response(JSON.stringify(answer), { status });
    },
  });
  return { flow, clock, keys, confirmations, answers, tell: (order: Order) => listener({ order }) };
}

const refuse = (error: ApiError) => () => {
  throw error;
};
const conflict = (code: 'out_of_stock' | 'price_changed', facts: object) =>
  new ApiError({
    code,
    status: 409,
    problem: { type: 'about:blank', title: code, status: 409, code, instance: '/orders', ...facts },
  });

describe('buying', () => {
  test('is done when the server says that the order is paid, not when the card was taken', async () => {
    const { flow, tell } = aShop();
    await flow.place(body(), price);
    expect(flow.getSnapshot().step).toBe('paying');
    await flow.payLocally('cardOk');
    expect(flow.getSnapshot().step).toBe('waiting');
    tell(anOrder({ status: 'paid', paidAt: '2026-11-22T09:01:00.000Z' }));
    expect(flow.getSnapshot().step).toBe('paid');
  });

  test('shows how long the hold lasts now when a bank’s question prolonged it', async () => {
    const { flow, tell, answers } = aShop();
    await flow.place(body(), price);
    answers.confirm = {
      status: 200,
      body: {
        status: 'requires_action',
        next_action: { use_stripe_sdk: { stripe_js: 'https://live.example.in/3d_secure/tds_1' } },
      },
    };
    await flow.payLocally('cardSecure');
    const before = flow.getSnapshot();
    expect(before.step).toBe('authenticating');
    const holdExpiresAt = '2026-11-22T09:30:00.000Z';
    tell(anOrder({ holdExpiresAt }));
    expect(flow.getSnapshot()).toEqual({
      ...before,
      placed: { ...before.placed, reservation: { expiresAt: holdExpiresAt } },
    });
  });

  test('asks the server itself when the socket stays silent', async () => {
    const { flow, clock, answers } = aShop();
    await flow.place(body(), price);
    await flow.payLocally('cardOk');
    answers.order = () => anOrder({ status: 'paid', paidAt: '2026-11-22T09:01:00.000Z' });
    await clock.advance(2000);
    expect(flow.getSnapshot().step).toBe('paid');
  });

  test("confirms with the buyer's own secret at the address that the order named", async () => {
    const { flow, confirmations } = aShop();
    await flow.place(body(), price);
    await flow.payLocally('cardOk');
    expect(confirmations).toEqual([
      'https://live.example.in/emulators/stripe/v1/payment_intents/pi_1/confirm ' +
        'key=pk_test_1&client_secret=pi_1_secret_2&payment_method=pm_card_visa',
    ]);
  });

  test('tries again under the same key when the answer was lost, so that nothing is bought twice', async () => {
    const shop = aShop({ place: refuse(new ApiError({ code: 'timeout' })) });
    await shop.flow.place(body(), price);
    expect(shop.flow.getSnapshot()).toMatchObject({ step: 'refused', refusal: 'timeout' });
    shop.answers.place = aPlacedOrder;
    await shop.flow.place(body(), price);
    expect(shop.flow.getSnapshot().step).toBe('paying');
    expect(shop.keys).toHaveLength(2);
    expect(shop.keys[1]).toBe(shop.keys[0]);
  });

  test('takes a new key for another choice', async () => {
    const shop = aShop({ place: refuse(new ApiError({ code: 'network' })) });
    await shop.flow.place(body(1), price);
    await shop.flow.place(body(2), price);
    expect(shop.keys[1]).not.toBe(shop.keys[0]);
  });

  test('takes a new key after a refusal that is final', async () => {
    const shop = aShop({ place: refuse(conflict('out_of_stock', { available: 0 })) });
    await shop.flow.place(body(), price);
    shop.flow.change();
    await shop.flow.place(body(), price);
    expect(shop.keys[1]).not.toBe(shop.keys[0]);
  });

  test('says how many are left when somebody was faster', async () => {
    const { flow } = aShop({ place: refuse(conflict('out_of_stock', { available: 2 })) });
    await flow.place(body(3), price);
    expect(flow.getSnapshot()).toMatchObject({ step: 'sold_out', available: 2 });
  });

  test('shows the new price and waits for a yes', async () => {
    const { flow } = aShop({ place: refuse(conflict('price_changed', { currentUnitPriceMinor: 149_900 })) });
    await flow.place(body(), price);
    expect(flow.getSnapshot()).toMatchObject({
      step: 'price_changed',
      priceChange: { oldPrice: price, newPrice: { amountMinor: 149_900, currency: 'inr' } },
    });
  });

  test('a declined card keeps the reservation for another try', async () => {
    const shop = aShop({ confirm: { status: 402, body: { error: { message: 'Your card was declined.' } } } });
    await shop.flow.place(body(), price);
    await shop.flow.payLocally('cardDeclined');
    expect(shop.flow.getSnapshot()).toMatchObject({
      step: 'declined',
      declineReason: 'Your card was declined.',
    });
    shop.answers.confirm = { status: 200, body: { status: 'succeeded' } };
    await shop.flow.payLocally('cardOk');
    expect(shop.flow.getSnapshot().step).toBe('waiting');
    expect(shop.keys).toHaveLength(1);
  });

  test('3-D Secure asks the buyer, and a refusal there is a declined payment', async () => {
    const challenge = { use_stripe_sdk: { stripe_js: 'https://live.example.in/3d_secure/tds_9' } };
    const shop = aShop({
      confirm: { status: 200, body: { status: 'requires_action', next_action: challenge } },
    });
    await shop.flow.place(body(), price);
    await shop.flow.payLocally('cardSecure');
    expect(shop.flow.getSnapshot()).toMatchObject({ step: 'authenticating', challengeId: 'tds_9' });
    shop.answers.confirm = { status: 200, body: { status: 'requires_payment_method' } };
    await shop.flow.answerBank(false);
    expect(shop.confirmations[1]).toContain('/emulators/stripe/3d_secure/tds_9/fail');
    expect(shop.flow.getSnapshot().step).toBe('declined');
  });

  test('a slow payment that fails in the end comes back as declined', async () => {
    const { flow, tell } = aShop({ confirm: { status: 200, body: { status: 'processing' } } });
    await flow.place(body(), price);
    await flow.payLocally('upi');
    tell(anOrder({ status: 'processing' }));
    expect(flow.getSnapshot().step).toBe('waiting');
    tell(anOrder({ status: 'pending' }));
    expect(flow.getSnapshot().step).toBe('declined');
  });

  test('a reservation that ran out says so', async () => {
    const { flow, tell } = aShop();
    await flow.place(body(), price);
    tell(anOrder({ status: 'expired' }));
    expect(flow.getSnapshot().step).toBe('expired');
  });

  test('a payment provider out of reach loses nothing', async () => {
    const { flow } = aShop({ confirm: { status: 503, body: {} } });
    await flow.place(body(), price);
    await flow.payLocally('cardOk');
    expect(flow.getSnapshot()).toMatchObject({ step: 'paying', isPaymentUnreachable: true });
  });

  test("another person's order changes nothing", async () => {
    const { flow, tell } = aShop();
    await flow.place(body(), price);
    tell(anOrder({ id: '0190a000-0000-7000-8000-000000000099', status: 'paid' }));
    expect(flow.getSnapshot().step).toBe('paying');
  });

  test('a closed sheet asks no more questions', async () => {
    let questions = 0;
    const shop = aShop({
      order: () => {
        questions += 1;
        return anOrder();
      },
    });
    await shop.flow.place(body(), price);
    shop.flow.close();
    await shop.clock.advance(60_000);
    expect(questions).toBe(0);
  });
});

describe('paying at the door', () => {
  const refusal = (code: ErrorCode, status: number, facts: object = {}) =>
    new ApiError({
      code,
      status,
      problem: { type: 'about:blank', title: code, status, code, instance: '/orders', ...facts },
    });
  const wrong = (triesLeft: number) =>
    refusal('validation_failed', 422, {
      triesLeft,
      errors: [{ pointer: '#/code', code: 'wrong', detail: '' }],
    });

  test('is promised when the server says that the code was right', async () => {
    const codes: string[] = [];
    const { flow, confirmations } = aShop({
      place: aPlacedCashOrder,
      giveCode: (code) => {
        codes.push(code);
        return anOrder({ status: 'confirmed', paymentMethod: 'cash_on_delivery', holdExpiresAt: null });
      },
    });
    await flow.place(body(), price);
    expect(flow.getSnapshot().step).toBe('paying');
    await flow.giveCode('123456');
    expect(flow.getSnapshot().step).toBe('promised');
    expect(codes).toEqual(['123456']);
    expect(confirmations).toEqual([]);
  });

  test('says how many tries are left after a wrong code, and takes the next one', async () => {
    const { flow, answers } = aShop({ place: aPlacedCashOrder, giveCode: refuse(wrong(4)) });
    await flow.place(body(), price);
    await flow.giveCode('000000');
    expect(flow.getSnapshot()).toMatchObject({ step: 'paying', codeProblem: 'wrong', triesLeft: 4 });
    answers.giveCode = () => anOrder({ status: 'confirmed' });
    await flow.giveCode('123456');
    expect(flow.getSnapshot()).toMatchObject({ step: 'promised', codeProblem: null });
  });

  test('ends when the last try was wrong', async () => {
    const { flow } = aShop({
      place: aPlacedCashOrder,
      giveCode: refuse(refusal('conflict', 409)),
      order: () => anOrder({ status: 'canceled' }),
    });
    await flow.place(body(), price);
    await flow.giveCode('000000');
    expect(flow.getSnapshot().step).toBe('expired');
  });

  test('keeps the order when nobody answers, and hears from the socket that the code was right', async () => {
    const { flow, tell } = aShop({
      place: aPlacedCashOrder,
      giveCode: refuse(new ApiError({ code: 'network' })),
    });
    await flow.place(body(), price);
    await flow.giveCode('123456');
    expect(flow.getSnapshot()).toMatchObject({ step: 'paying', isPaymentUnreachable: true });
    tell(anOrder({ status: 'confirmed' }));
    expect(flow.getSnapshot().step).toBe('promised');
  });

  test('shows where another code went, or why none was sent', async () => {
    const { flow, answers } = aShop({
      place: aPlacedCashOrder,
      resend: refuse(refusal('rate_limited', 429)),
    });
    await flow.place(body(), price);
    await flow.sendAnotherCode();
    expect(flow.getSnapshot()).toMatchObject({ step: 'paying', codeProblem: 'tooSoon' });
    answers.resend = () => ({ ...aPlacedCashOrder().payment, nextCodeAt: null });
    await flow.sendAnotherCode();
    expect(flow.getSnapshot()).toMatchObject({
      codeProblem: null,
      placed: { payment: { nextCodeAt: null } },
    });
  });
});
