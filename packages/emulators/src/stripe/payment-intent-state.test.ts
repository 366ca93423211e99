import { describe, expect, test } from 'vitest';
import { isOpen, paymentIntentTransitions } from './payment-intent-state.ts';
import type { PaymentIntentStatus } from './payment-objects.ts';

const statuses = Object.keys(paymentIntentTransitions) as PaymentIntentStatus[];

describe('The states of a PaymentIntent', () => {
  test('can all be reached from the first one', () => {
    const reached = new Set<PaymentIntentStatus>(['requires_payment_method']);
    for (const status of reached) for (const next of paymentIntentTransitions[status]) reached.add(next);
    expect([...reached].sort()).toEqual([...statuses].sort());
  });

  test('succeeded and canceled are final', () => {
    expect(statuses.filter((status) => paymentIntentTransitions[status].length === 0)).toEqual([
      'succeeded',
      'canceled',
    ]);
  });

  test('processing and final ones can no longer be canceled', () => {
    expect(statuses.filter((status) => !isOpen(status))).toEqual(['processing', 'succeeded', 'canceled']);
  });
});
