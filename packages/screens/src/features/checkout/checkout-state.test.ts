import { describe, expect, test } from 'vitest';
import {
  type CheckoutEvent,
  type CheckoutEventType,
  type CheckoutStep,
  checkoutTransitions,
  initialCheckout,
  reduceCheckout,
} from './checkout-state';
import { aPlacedCashOrder, aPlacedOrder } from './test-orders';

const steps = Object.keys(checkoutTransitions) as CheckoutStep[];
const placed = aPlacedOrder();

const events: { [T in CheckoutEventType]: Extract<CheckoutEvent, { type: T }> } = {
  place: { type: 'place' },
  placed: { type: 'placed', placed },
  sold_out: { type: 'sold_out', available: 1 },
  price_changed: {
    type: 'price_changed',
    oldPrice: { amountMinor: 100, currency: 'inr' },
    newPrice: { amountMinor: 120, currency: 'inr' },
  },
  refused: { type: 'refused', code: 'network' },
  change: { type: 'change' },
  confirm: { type: 'confirm' },
  authenticate: { type: 'authenticate', challengeId: 'tds_1' },
  submitted: { type: 'submitted' },
  declined: { type: 'declined', reason: 'Your card was declined.' },
  unreachable: { type: 'unreachable' },
  code_sent: { type: 'code_sent', payment: aPlacedCashOrder().payment },
  code_refused: { type: 'code_refused', problem: 'wrong', triesLeft: 4 },
  hold_moved: { type: 'hold_moved', expiresAt: '2026-11-22T09:15:00.000Z' },
  order_paid: { type: 'order_paid' },
  order_confirmed: { type: 'order_confirmed' },
  order_closed: { type: 'order_closed', end: 'canceled' },
};

function edgesInto(target: CheckoutStep): Set<string> {
  return new Set(
    steps.flatMap((step) =>
      Object.entries(checkoutTransitions[step])
        .filter(([, next]) => next === target)
        .map(([event]) => event),
    ),
  );
}

describe('the way from choice to paid order', () => {
  test('every step can be reached', () => {
    const reached = new Set<CheckoutStep>(['choosing']);
    for (const step of reached) {
      for (const next of Object.values(checkoutTransitions[step])) reached.add(next);
    }
    expect([...reached].sort()).toEqual([...steps].sort());
  });

  test('only the word of the server makes an order paid', () => {
    expect(edgesInto('paid')).toEqual(new Set(['order_paid']));
    expect(edgesInto('promised')).toEqual(new Set(['order_confirmed']));
  });

  test('a reservation ends by the word of the server alone, never by our clock', () => {
    expect(edgesInto('expired')).toEqual(new Set(['order_closed']));
  });

  test('money is asked for only after the order is held', () => {
    expect(edgesInto('paying')).toEqual(new Set(['placed', 'unreachable', 'code_sent', 'code_refused']));
    for (const step of steps) {
      if (checkoutTransitions[step].confirm) expect(['paying', 'authenticating', 'declined']).toContain(step);
    }
  });

  test('from every step that holds an order a late payment is still noticed', () => {
    for (const step of ['paying', 'confirming', 'authenticating', 'declined', 'waiting'] as const) {
      expect(checkoutTransitions[step].order_paid, step).toBe('paid');
    }
  });

  test('an event that does not belong to a step changes nothing', () => {
    for (const step of steps) {
      const state = { ...initialCheckout, step };
      for (const event of Object.values(events)) {
        if (checkoutTransitions[step][event.type]) continue;
        expect(reduceCheckout(state, event), `${step} ${event.type}`).toBe(state);
      }
    }
  });

  test('a decline keeps the held order and says why', () => {
    const held = reduceCheckout({ ...initialCheckout, step: 'placing' }, events.placed);
    const declined = reduceCheckout(reduceCheckout(held, events.confirm), events.declined);
    expect(declined).toMatchObject({ step: 'declined', declineReason: 'Your card was declined.', placed });
  });

  test('a new price is told once and forgotten when the buyer agrees', () => {
    const told = reduceCheckout({ ...initialCheckout, step: 'placing' }, events.price_changed);
    expect(told.priceChange?.newPrice.amountMinor).toBe(120);
    expect(reduceCheckout(told, events.place)).toMatchObject({ step: 'placing', priceChange: null });
  });

  test('starting again forgets the order that ran out', () => {
    const expired = { ...initialCheckout, step: 'expired' as const, placed };
    expect(reduceCheckout(expired, events.change)).toEqual(initialCheckout);
  });
});
