import { describe, expect, test } from 'vitest';
import { explore } from './explore.ts';
import { orderModel } from './order-model.ts';
import type { Mistake } from './shop-state.ts';

test('two buyers of the last unit, by card or at the door: no interleaving oversells, loses money or leaves anything half done', () => {
  const { states, counterexample } = explore(orderModel());
  expect(counterexample).toBeNull();
  expect(states).toBeGreaterThan(5_000);
});

const fatal: [sentence: string, ...mistakes: Mistake[]][] = [
  ['more is held than is on hand', 'releaseFirst', 'lateSell'],
  ['money was taken, and there is neither an order nor a refund', 'releaseFirst', 'lateIgnore'],
  ['money was taken, and there is neither an order nor a refund', 'releaseFirst', 'noReconciling'],
  ['money was taken, and there is neither an order nor a refund', 'noReconciling'],
  ['money went back twice', 'releaseFirst', 'refundNoKey'],
  ['less than nothing is on hand', 'noDedup'],
  ['more is held than is on hand', 'editBlind'],
  ['money was taken, and there is neither an order nor a refund', 'failKills', 'lateIgnore'],
  ['less than nothing is on hand', 'noHold', 'lateSell'],
  [
    'money was taken, and there is neither an order nor a refund',
    'earlySecret',
    'lookupByPayment',
    'noReconciling',
  ],
  ['what is not on the shelf is for sale', 'closeShipped'],
  ['what is not on the shelf is for sale', 'silentReturn'],
];

describe('the same shop breaks when it makes a known mistake:', () => {
  for (const [sentence, ...mistakes] of fatal) {
    test(`${mistakes.join(', ')}: ${sentence}`, () => {
      const { counterexample } = explore(orderModel(mistakes));
      expect(counterexample?.sentence).toBe(sentence);
      expect(counterexample?.steps.length).toBeGreaterThan(1);
    });
  }
});
