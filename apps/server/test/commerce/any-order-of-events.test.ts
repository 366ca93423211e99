import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OrderClosing } from '../../src/orders/order-closing.ts';
import { Reconciler } from '../../src/payments/reconciler.ts';
import { newId } from '../../src/platform/ids.ts';
import { CashSide, letTimePass } from './cash.ts';
import { brokenInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, type Stocked, startShop } from './start-shop.ts';

/** `npm run test:long` runs ten times as many programs, each of about forty steps. */
const isLong = process.env.VYBEKART_TEST_LENGTH === 'long';
const programs = isLong ? 300 : 30;
const groupCount = isLong ? { minLength: 14, maxLength: 18 } : { minLength: 2, maxLength: 7 };
/** The short run plays the same programs each time; new ones are for the long run. */
const seed = isLong ? undefined : 20_260_701;
const stock = 4;
const priceMinor = 10_000;

/** What buyers, seller, bank, clock and network do. `nth` picks one of the orders placed so far. */
type Step =
  | { kind: 'order'; quantity: number; isTappedTwice: boolean }
  | { kind: 'pay'; nth: number; method: string }
  | { kind: 'settle'; nth: number; outcome: 'succeeded' | 'failed' }
  | { kind: 'cancel'; nth: number }
  | { kind: 'order for cash'; quantity: number; isTappedTwice: boolean }
  | { kind: 'give code'; nth: number; isRight: boolean }
  | { kind: 'send another code'; nth: number }
  | { kind: 'parcel'; nth: number; what: 'ship' | 'deliver' | 'takeBack' | 'cancelSale'; restock: boolean }
  | { kind: 'hold ends' }
  | { kind: 'sweep' }
  | { kind: 'reconcile' }
  | { kind: 'adjust'; delta: number }
  | { kind: 'refund'; nth: number; amountMinor: number; restock: boolean }
  | { kind: 'dispute'; nth: number }
  | { kind: 'bank decides'; nth: number; outcome: 'won' | 'lost' }
  | { kind: 'ask for the money back'; nth: number }
  | { kind: 'decline'; nth: number }
  | { kind: 'webhooks'; faults: { drop: boolean; duplicates: number; parallel: boolean; delayMs: number } }
  | { kind: 'provider fails'; path: string; after: 'nothing' | 'commit'; how: 'reset' | 'server_error' };

const nth = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      quantity: fc.integer({ min: 1, max: 2 }),
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
  fc.record({ kind: fc.constant('adjust' as const), delta: fc.constantFrom(-3, -1, 1, 2) }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refund' as const),
      nth,
      amountMinor: fc.constantFrom(3_000, priceMinor, 2 * priceMinor),
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
    }),
  }),
  fc.record({
    kind: fc.constant('provider fails' as const),
    path: fc.constantFrom('/v1/payment_intents', '/cancel', '/v1/refunds'),
    after: fc.constantFrom('nothing' as const, 'commit' as const),
    how: fc.constantFrom('reset' as const, 'server_error' as const),
  }),
);
/** The steps of a group happen at the same time. */
const program = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), groupCount);

/** One parcel is paid at the door and one is refused there, whatever the other programs happen to do. */
const atTheDoor: Step[][] = [
  [
    { kind: 'order for cash', quantity: 1, isTappedTwice: false },
    { kind: 'order for cash', quantity: 1, isTappedTwice: false },
  ],
  [
    { kind: 'give code', nth: 0, isRight: true },
    { kind: 'give code', nth: 1, isRight: true },
  ],
  [
    { kind: 'parcel', nth: 0, what: 'ship', restock: false },
    { kind: 'parcel', nth: 1, what: 'ship', restock: false },
  ],
  [
    { kind: 'parcel', nth: 0, what: 'deliver', restock: false },
    { kind: 'parcel', nth: 1, what: 'takeBack', restock: true },
  ],
];

/** A buyer's bank takes the money of one order back, and the seller has refused to give it. */
const atTheBank: Step[][] = [
  [{ kind: 'order', quantity: 1, isTappedTwice: false }],
  [{ kind: 'pay', nth: 0, method: 'pm_card_visa' }],
  [{ kind: 'reconcile' }],
  [{ kind: 'ask for the money back', nth: 0 }],
  [{ kind: 'decline', nth: 0 }],
  [{ kind: 'dispute', nth: 0 }],
  [{ kind: 'bank decides', nth: 0, outcome: 'lost' }],
];

let shop: Shop;
let cash: CashSide;
let seller: SellerPerson;
let buyer: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000, maxConfirmedOrders: 1000 });
  cash = new CashSide(shop);
  seller = await cash.seller();
  buyer = await shop.buyer();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** One product, and what the buyer was told about the orders for it. */
class Story {
  readonly keys: string[] = [];
  /** Those of them that are to be paid at the door. */
  readonly cashKeys: string[] = [];
  /** Ids of the disputes that buyers' banks opened. */
  readonly disputes: string[] = [];

  constructor(readonly item: Stocked) {}

  async play(move: Step): Promise<void> {
    const { control } = shop.stripe;
    switch (move.kind) {
      case 'order': {
        const options = { quantity: move.quantity, key: newId() };
        this.keys.push(options.key);
        const taps = move.isTappedTwice ? [1, 2] : [1];
        for (const answer of await Promise.all(taps.map(() => shop.order(buyer, this.item, options)))) {
          expect([201, 409, 503], shop.log.failures.at(-1)).toContain(answer.status);
        }
        return;
      }
      case 'order for cash': {
        const options = { quantity: move.quantity, key: newId() };
        this.keys.push(options.key);
        this.cashKeys.push(options.key);
        const taps = move.isTappedTwice ? [1, 2] : [1];
        for (const answer of await Promise.all(taps.map(() => cash.order(buyer, this.item, options)))) {
          expect([201, 409], shop.log.failures.at(-1)).toContain(answer.status);
        }
        return;
      }
      case 'give code': {
        const [row] = await this.#orders(move.nth, this.cashKeys);
        if (!row) return;
        const code = move.isRight ? cash.codes(row.id).at(-1) : cash.wrongCode(row.id);
        const answer = await cash.confirm(buyer, row.id, code ?? '000000');
        expect([200, 409, 422], shop.log.failures.at(-1)).toContain(answer.status);
        return;
      }
      case 'send another code': {
        const [row] = await this.#orders(move.nth, this.cashKeys);
        if (!row) return;
        await letTimePass(shop, row.id);
        expect([200, 409, 429]).toContain((await cash.resend(buyer, row.id)).status);
        return;
      }
      case 'parcel': {
        const [row] = await this.#orders(move.nth, this.cashKeys);
        if (!row) return;
        const answer =
          move.what === 'takeBack'
            ? await cash.takeBack(seller, row.id, { restock: move.restock })
            : await cash[move.what](seller, row.id);
        expect([200, 409], shop.log.failures.at(-1)).toContain(answer.status);
        return;
      }
      case 'pay': {
        // The same key tells again how to pay, or goes on where an answer was lost.
        const key = this.#pick(move.nth);
        const answer = key && (await this.#again(key));
        // The buyer's own request may fail, too.
        if (answer) await shop.pay(answer, move.method).catch(() => 'no answer');
        return;
      }
      case 'settle': {
        const [row] = await this.#orders(move.nth);
        const waiting = row?.refundId ?? row?.intentId;
        if (waiting) {
          try {
            control.settle(waiting, move.outcome);
          } catch {
            // It waits for nothing.
          }
        }
        return;
      }
      case 'cancel': {
        const [row] = await this.#orders(move.nth);
        if (row) await shop.send('POST', `/orders/${row.id}/cancel`, buyer, undefined, newId());
        return;
      }
      case 'hold ends':
        return shop.letHoldsEnd();
      case 'sweep':
        return shop.get(OrderClosing).sweep();
      case 'reconcile':
        return shop.get(Reconciler).reconcile(0);
      case 'adjust': {
        const body = { delta: move.delta, reason: 'count' };
        await shop.send('POST', `/variants/${this.item.variantId}/stock-adjustments`, seller, body);
        return;
      }
      case 'refund': {
        const [row] = await this.#orders(move.nth);
        const body = { amountMinor: move.amountMinor, restock: move.restock };
        if (row) await shop.send('POST', `/seller/orders/${row.id}/refunds`, seller, body, newId());
        return;
      }
      case 'dispute': {
        const [row] = await this.#orders(move.nth);
        if (!row?.intentId) return;
        try {
          this.disputes.push(control.openDispute(row.intentId));
        } catch {
          // Nothing was charged, or everything was given back.
        }
        return;
      }
      case 'bank decides': {
        const id = this.#pick(move.nth, this.disputes);
        if (!id) return;
        try {
          control.closeDispute(id, move.outcome);
        } catch {
          // It is decided already.
        }
        return;
      }
      case 'ask for the money back': {
        const [row] = await this.#orders(move.nth);
        const body = { reason: 'The colour is another one.' };
        if (row) await shop.send('POST', `/orders/${row.id}/refund-requests`, buyer, body, newId());
        return;
      }
      case 'decline': {
        const [row] = await this.#orders(move.nth);
        const [open] = await shop.rows<{ id: string }>(
          `select id from refund_requests where order_id = $1 and status = 'open'`,
          [row?.id ?? null],
        );
        const body = { reason: 'It is the colour of the show.' };
        if (open)
          await shop.send('POST', `/seller/refund-requests/${open.id}/refusal`, seller, body, newId());
        return;
      }
      case 'webhooks':
        return control.setWebhookFaults(move.faults);
      case 'provider fails':
        return control.failRequests(
          { kind: move.how, after: move.after },
          { method: 'POST', path: move.path },
        );
    }
  }

  /** Whatever went wrong is over, and everybody who looks after things has looked. */
  async comeToRest(): Promise<void> {
    shop.stripe.control.clearFaults();
    await shop.database.pool.query(
      `update orders set closing_checked_at = now() - interval '1 hour' where status = 'closing'`,
    );
    for (let round = 0; round < 3; round += 1) {
      await shop.get(Reconciler).reconcile(0);
      await shop.get(OrderClosing).sweep();
      await shop.database.pool.query(
        `update graphile_worker._private_jobs set run_at = now() where attempts > 0`,
      );
      await shop.quiet();
    }
  }

  /** Disputes of which we believe anything but what the bank says, and orders that say something else of theirs. */
  async misjudgedDisputes(): Promise<string[]> {
    const response = await fetch(`${shop.stripe.url}/v1/disputes?limit=100`, {
      headers: { authorization: `Bearer ${shop.stripe.secretKey}` },
    });
    const { data } = (await response.json()) as { data: { id: string; status: string; amount: number }[] };
    const rows = await shop.rows<{
      id: string;
      status: string;
      amount: number;
      takenBack: number;
      lost: number;
    }>(
      `select d.id, d.status, d.amount_minor as amount, o.taken_back_minor as "takenBack",
              (select coalesce(sum(amount_minor), 0)::int from disputes
               where order_id = o.id and status = 'lost') as lost
       from disputes d join orders o on o.id = d.order_id`,
    );
    const ours = new Map(rows.map((row) => [row.id, row]));
    return data
      .filter(({ id }) => this.disputes.includes(id))
      .filter(({ id, status, amount }) => {
        const row = ours.get(id);
        const expected = status === 'needs_response' ? 'open' : status;
        return row?.status !== expected || row.amount !== amount || row.takenBack !== row.lost;
      })
      .map(({ id, status }) => `${id} is ${status}, we say ${ours.get(id)?.status}`);
  }

  /** Money that we have and neither an order nor a refund for it. */
  async lostMoney(): Promise<string[]> {
    const response = await fetch(`${shop.stripe.url}/v1/payment_intents?limit=100`, {
      headers: { authorization: `Bearer ${shop.stripe.secretKey}` },
    });
    const { data } = (await response.json()) as {
      data: { id: string; status: string; metadata: { order_id?: string } }[];
    };
    const rows = await shop.rows<{ id: string; status: string }>('select id, status from orders');
    const statuses = new Map(rows.map((row) => [row.id, row.status]));
    return data
      .filter((intent) => intent.status === 'succeeded')
      .filter((intent) => {
        const status = statuses.get(intent.metadata.order_id ?? '') ?? 'unknown';
        return !['paid', 'refund_pending', 'refunded', 'partially_refunded'].includes(status);
      })
      .map((intent) => `${intent.id} of ${intent.metadata.order_id}`);
  }

  async #again(key: string) {
    const [row] = await shop.rows<{ quantity: number }>(
      'select quantity from orders o join order_items i on i.order_id = o.id where idempotency_key = $1',
      [key],
    );
    if (!row) return undefined;
    const answer = await shop.order(buyer, this.item, { quantity: row.quantity, key });
    return answer.status === 201 ? answer.body : undefined;
  }

  #pick(index: number, keys: readonly string[] = this.keys): string | undefined {
    return keys[index % Math.max(1, keys.length)];
  }

  #orders(index: number, keys = this.keys) {
    return shop.rows<{ id: string; intentId: string | null; refundId: string | null }>(
      `select o.id, p.payment_intent_id as "intentId",
              (select provider_refund_id from refunds r where r.order_id = o.id and r.status = 'pending' limit 1)
                as "refundId"
       from orders o left join payments p on p.order_id = o.id where idempotency_key = $1`,
      [this.#pick(index, keys) ?? ''],
    );
  }
}

test('whatever buyers, seller, bank, clock and network do at once: no unit is sold twice and no money is lost', {
  timeout: isLong ? 3_600_000 : 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(program, async (groups) => {
      [seller, buyer] = await Promise.all([shop.signedIn(seller), shop.signedIn(buyer)]);
      const story = new Story(await shop.product(seller, stock, priceMinor));
      for (const group of groups) {
        await Promise.all(group.map((move) => story.play(move)));
        expect(await brokenInvariants(shop)).toEqual([]);
      }
      await story.comeToRest();
      expect(await brokenInvariants(shop)).toEqual([]);
      expect(await story.lostMoney()).toEqual([]);
      expect(await story.misjudgedDisputes()).toEqual([]);
      expect(await shop.rows(`select id from orders where status = 'closing'`)).toEqual([]);
    }),
    // All programs share one shop, so a failed one cannot be tried again in smaller pieces.
    { numRuns: programs, endOnFailure: true, examples: [[atTheDoor], [atTheBank]], seed },
  );
  // One new-order announcement for each order that was ever paid or promised, and none for the others.
  const news = await shop.rows<{ id: string; event: 'order.paid' | 'order.confirmed' }>(
    `select o.id, case when c.order_id is null then 'order.paid' else 'order.confirmed' end as event
     from orders o left join cash_payments c on c.order_id = o.id
     where c.confirmed_at is not null or (c.order_id is null and o.paid_at is not null)`,
  );
  for (const { id, event } of news) expect(shop.heardOf(event, id)).toBe(1);
  const told = shop.heard.filter(({ event }) => event === 'order.paid' || event === 'order.confirmed');
  expect(told).toHaveLength(news.length);
  expect(await shop.rows(`select status from disputes where status = 'lost'`)).not.toEqual([]);
  expect(await shop.rows(`select status from refund_requests where status = 'declined'`)).not.toEqual([]);
  // Both ways to pay were walked to their ends.
  const ends = await shop.rows(`select distinct c.status from cash_payments c where c.status <> 'open'`);
  expect(ends).toHaveLength(2);
});
