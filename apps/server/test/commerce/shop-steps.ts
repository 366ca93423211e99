import type { StripeEmulator } from '@vybekart/emulators';
import fc from 'fast-check';

type WebhookFaults = Parameters<StripeEmulator['control']['setWebhookFaults']>[0];

/** What a unit costs at first. */
export const priceMinor = 10_000;

/** What buyers, seller, bank, clock and network do. `nth` picks one of the orders placed so far. */
export type Step =
  | { kind: 'order'; quantity: number; alsoOther?: boolean; isTappedTwice: boolean }
  | { kind: 'pay'; nth: number; method: string }
  | { kind: 'settle'; nth: number; outcome: 'succeeded' | 'failed' }
  | { kind: 'cancel'; nth: number }
  | { kind: 'order for cash'; quantity: number; alsoOther?: boolean; isTappedTwice: boolean }
  | { kind: 'give code'; nth: number; isRight: boolean }
  | { kind: 'send another code'; nth: number }
  | { kind: 'parcel'; nth: number; what: 'ship' | 'deliver' | 'takeBack' | 'cancelSale'; restock: boolean }
  | { kind: 'hold ends' }
  | { kind: 'sweep' }
  | { kind: 'reconcile' }
  /** Until everything that was heard of is done. */
  | { kind: 'quiet' }
  | { kind: 'adjust'; delta: number; which?: 0 | 1 }
  | { kind: 'reprice'; toMinor: number }
  /** `amountMinor` null: all that was paid. */
  | { kind: 'refund'; nth: number; amountMinor: number | null; restock: boolean }
  | { kind: 'dispute'; nth: number }
  | { kind: 'bank decides'; nth: number; outcome: 'won' | 'lost' }
  | { kind: 'ask for the money back'; nth: number }
  | { kind: 'decline'; nth: number }
  | { kind: 'webhooks'; faults: WebhookFaults }
  | { kind: 'provider fails'; path: string; after: 'nothing' | 'commit'; how: 'reset' | 'server_error' }
  /** When the other steps of its group are answered. */
  | { kind: 'restart' };

const nth = fc.nat({ max: 5 });
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      quantity: fc.integer({ min: 1, max: 2 }),
      alsoOther: fc.boolean(),
      isTappedTwice: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('pay' as const),
      nth,
      method: fc.constantFrom(
        'pm_card_visa',
        'pm_card_visa',
        'pm_card_chargeDeclined',
        'pm_upi_delayed',
        'pm_card_pendingRefund',
      ),
    }),
  },
  fc.record({
    kind: fc.constant('settle' as const),
    nth,
    outcome: fc.constantFrom('succeeded' as const, 'failed' as const),
  }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), nth }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('order for cash' as const),
      quantity: fc.integer({ min: 1, max: 2 }),
      alsoOther: fc.boolean(),
      isTappedTwice: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('give code' as const),
      nth,
      isRight: fc.constantFrom(true, true, true, false),
    }),
  },
  fc.record({ kind: fc.constant('send another code' as const), nth }),
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('parcel' as const),
      nth,
      what: fc.constantFrom(
        'ship' as const,
        'ship' as const,
        'deliver' as const,
        'takeBack' as const,
        'cancelSale' as const,
      ),
      restock: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'hold ends' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'sweep' } as const) },
  fc.constant({ kind: 'reconcile' } as const),
  fc.record({
    kind: fc.constant('adjust' as const),
    delta: fc.constantFrom(-3, -1, 1, 2),
    which: fc.constantFrom(0 as const, 1 as const),
  }),
  fc.record({ kind: fc.constant('reprice' as const), toMinor: fc.constantFrom(9_000, priceMinor, 12_000) }),
  fc.constant({ kind: 'restart' } as const),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refund' as const),
      nth,
      amountMinor: fc.constantFrom(3_000, priceMinor, null, null),
      restock: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('dispute' as const), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('bank decides' as const),
      nth,
      outcome: fc.constantFrom('won' as const, 'lost' as const),
    }),
  },
  fc.record({ kind: fc.constant('ask for the money back' as const), nth }),
  fc.record({ kind: fc.constant('decline' as const), nth }),
  fc.record({
    kind: fc.constant('webhooks' as const),
    faults: fc.record({
      drop: fc.boolean(),
      duplicates: fc.nat({ max: 3 }),
      parallel: fc.boolean(),
      delayMs: fc.constantFrom(0, 0, 40),
      shuffleMs: fc.constantFrom(0, 0, 60),
      beforeResponse: fc.boolean(),
    }),
  }),
  fc.record({
    kind: fc.constant('provider fails' as const),
    path: fc.constantFrom('/v1/payment_intents', '/cancel', '/v1/refunds'),
    after: fc.constantFrom('nothing' as const, 'commit' as const),
    how: fc.constantFrom('reset' as const, 'server_error' as const),
  }),
);
