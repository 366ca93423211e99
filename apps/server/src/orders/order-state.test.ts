import { OrderStatus } from '@vybekart/contract';
import { describe, expect, test } from 'vitest';
import { isAllowed, isHolding, orderTransitions } from './order-state.ts';

const transitions = Object.values(orderTransitions);

describe('the life of an order', () => {
  test('every state can be reached from a new order', () => {
    const reached = new Set<OrderStatus>(['pending']);
    for (const _ of OrderStatus.options) {
      for (const { from, to } of transitions) if (from.some((state) => reached.has(state))) reached.add(to);
    }
    expect([...reached].sort()).toEqual([...OrderStatus.options].sort());
  });

  test('no order is at its end for good: money that comes late, or comes back, still finds its way', () => {
    const ends = OrderStatus.options.filter(
      (state) => !transitions.some(({ from }) => (from as readonly OrderStatus[]).includes(state)),
    );
    expect(ends).toEqual([]);
  });

  test('a refunded order is one again only by a refund', () => {
    const ways = transitions.filter(({ from }) => (from as readonly OrderStatus[]).includes('refunded'));
    expect(ways.map(({ to }) => to)).toEqual(['refund_pending']);
  });

  test('an order that sold or gave up its hold never holds stock again', () => {
    for (const { from, to } of transitions) {
      if (!from.some(isHolding)) expect(isHolding(to)).toBe(false);
    }
  });

  test('stock is given back only by way of closing, when the payment can no longer succeed', () => {
    for (const to of ['expired', 'canceled']) {
      const ways = transitions.filter((transition) => transition.to === to);
      expect(ways.map(({ from }) => from)).toEqual([['closing']]);
    }
  });

  test('what is not declared is not allowed', () => {
    expect(isAllowed('close', 'processing')).toBe(false);
    expect(isAllowed('close', 'paid')).toBe(false);
    expect(isAllowed('confirm', 'closing')).toBe(false);
    expect(isAllowed('payment_processing', 'confirmed')).toBe(false);
    expect(isAllowed('payment_succeeded', 'paid')).toBe(false);
    expect(isAllowed('sell_late', 'canceled')).toBe(false);
    expect(isAllowed('refund_all', 'paid')).toBe(false);
  });
});
