import { describe, expect, test } from 'vitest';
import { explore } from './explore.ts';
import { orderModel } from './order-model.ts';
import type { Mistake } from './shop-state.ts';

test('two buyers of the last unit, by card or at the door: no interleaving oversells, loses money or leaves anything half done', () => {
  const { states, counterexample } = explore(orderModel());
  expect(counterexample).toBeNull();
  expect(states).toBeGreaterThan(5_000);
});

interface Fatal {
  sentence: string;
  mistakes: Mistake[];
  /** What people, banks and the network never do: the shop breaks although they do not. */
  never?: string[];
}

const fatal: Fatal[] = [
  { sentence: 'more is held than is on hand', mistakes: ['releaseFirst', 'lateSell'] },
  {
    sentence: 'money was taken, and there is neither an order nor a refund',
    mistakes: ['releaseFirst', 'lateIgnore'],
  },
  {
    sentence: 'money was taken, and there is neither an order nor a refund',
    mistakes: ['releaseFirst', 'noReconciling'],
    never: ['pay slowly as'],
  },
  { sentence: 'money was taken, and there is neither an order nor a refund', mistakes: ['noReconciling'] },
  { sentence: 'money went back twice', mistakes: ['releaseFirst', 'refundNoKey'] },
  {
    sentence: 'money was taken, and there is neither an order nor a refund',
    mistakes: ['releaseFirst', 'refundIsFinal'],
  },
  { sentence: 'less than nothing is on hand', mistakes: ['noDedup'] },
  { sentence: 'more is held than is on hand', mistakes: ['editBlind'] },
  {
    sentence: 'money was taken, and there is neither an order nor a refund',
    mistakes: ['failKills', 'lateIgnore'],
  },
  { sentence: 'less than nothing is on hand', mistakes: ['noHold', 'lateSell'] },
  {
    sentence: 'money was taken, and there is neither an order nor a refund',
    mistakes: ['earlySecret', 'lookupByPayment', 'noReconciling'],
    never: ['lose news of'],
  },
  { sentence: 'what is not on the shelf is for sale', mistakes: ['closeShipped'] },
  { sentence: 'what is not on the shelf is for sale', mistakes: ['silentReturn'] },
];

/** The first way in which a shop breaks that makes these mistakes, where some steps are never taken. */
function firstBreak(mistakes: readonly Mistake[], never: readonly string[] = []) {
  const model = orderModel(mistakes);
  const isTaken = ({ name }: { name: string }) => !never.some((step) => name.startsWith(step));
  return explore({ ...model, steps: (state) => model.steps(state).filter(isTaken) }).counterexample;
}

describe('the same shop breaks when it makes a known mistake:', () => {
  for (const { sentence, mistakes, never } of fatal) {
    test(`${mistakes.join(', ')}: ${sentence}`, () => {
      const counterexample = firstBreak(mistakes, never);
      expect(counterexample?.sentence).toBe(sentence);
      expect(counterexample?.steps.length).toBeGreaterThan(1);
    });

    if (mistakes.length > 1) {
      test(`${mistakes.join(', ')}: without any one of them it does not break so`, () => {
        for (const mended of mistakes) {
          const others = mistakes.filter((mistake) => mistake !== mended);
          expect(firstBreak(others, never)?.sentence, `without ${mended}`).not.toBe(sentence);
        }
      });
    }
  }
});
