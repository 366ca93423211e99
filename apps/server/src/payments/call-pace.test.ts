import { StripeEmulator } from '@vybekart/emulators';
import { describe, expect, test } from 'vitest';
import { Clock, SystemClock } from '../platform/clock.ts';
import { CallPace } from './call-pace.ts';
import { StripePayments } from './stripe-payments.ts';

class StillClock extends Clock {
  ms = 10_000;

  now(): Date {
    return new Date(this.ms);
  }

  monotonicMs(): number {
    return this.ms;
  }
}

const isFree = (pace: CallPace): Promise<boolean> =>
  pace.turn().then(
    () => true,
    () => false,
  );

describe('calls', () => {
  test('go at once after a pause, a quarter of a second’s, then evenly', async () => {
    const clock = new StillClock();
    const pace = new CallPace(clock, { perSecond: 20, maxWaitMs: 0 });
    for (let call = 0; call < 5; call += 1) await pace.turn();
    await expect(pace.turn()).rejects.toMatchObject({
      code: 'payment_unavailable',
      facts: { retryAfterMs: 50 },
    });
    clock.ms += 49;
    expect(await isFree(pace)).toBe(false);
    clock.ms += 1;
    expect(await isFree(pace)).toBe(true);
    expect(await isFree(pace)).toBe(false);
  });

  test.each([
    ['live', 80, 100],
    ['test', 20, 25],
  ])('in %s mode no second has more than Stripe allows, however many wait', async (_, perSecond, allowed) => {
    const clock = new StillClock();
    const pace = new CallPace(clock, { perSecond, maxWaitMs: 0 });
    const madeAtMs: number[] = [];
    for (; clock.ms < 15_000; clock.ms += 1) {
      while (await isFree(pace)) madeAtMs.push(clock.ms);
    }
    const inSecondFrom = (startMs: number) =>
      madeAtMs.filter((ms) => ms >= startMs && ms < startMs + 1000).length;
    const most = Math.max(...madeAtMs.map(inSecondFrom));
    expect(most).toBeGreaterThan(perSecond);
    expect(most).toBeLessThanOrEqual(allowed);
    expect(inSecondFrom(13_000)).toBe(perSecond);
  });

  test('that wait go in the order in which they came, and none before its time', async () => {
    const pace = new CallPace(new SystemClock(), { perSecond: 20, maxWaitMs: 8000 });
    for (let call = 0; call < 5; call += 1) await pace.turn();
    const startMs = performance.now();
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((caller) => pace.turn().then(() => order.push(caller))));
    expect(order).toEqual([1, 2, 3]);
    expect(performance.now() - startMs).toBeGreaterThan(120);
  });
});

test('what the library tries again takes a turn each time, and beyond them the buyer is told when to come back', async () => {
  await using resources = new AsyncDisposableStack();
  const emulator = await StripeEmulator.start();
  resources.defer(() => emulator.close());
  const pace = new CallPace(new StillClock(), { perSecond: 16, maxWaitMs: 0 });
  const payments = new StripePayments(emulator.secretKey, emulator.url, pace);
  emulator.control.failRequests({ kind: 'reset', after: 'nothing' }, { times: 2 });
  const { id } = await payments.create({
    orderId: 'an order',
    buyerId: 'a buyer',
    amountMinor: 10_000,
    currency: 'inr',
    paymentId: null,
    placedAt: new Date(),
    payableUntil: new Date(),
  });
  expect((await payments.retrieve(id)).id).toBe(id);
  await expect(payments.retrieve(id)).rejects.toMatchObject({
    code: 'payment_unavailable',
    facts: { retryAfterMs: 63 },
  });
});
