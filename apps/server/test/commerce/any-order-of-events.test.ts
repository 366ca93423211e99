import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CashSide } from './cash.ts';
import { brokenInvariants } from './invariants.ts';
import { type Step, step } from './shop-steps.ts';
import { ShopStory } from './shop-story.ts';
import { type Person, type SellerPerson, type Shop, startShop, waitFor } from './start-shop.ts';
import { stripeContradictions } from './stripe-books.ts';

/** `npm run test:long` runs ten times as many programs, each of about forty steps. */
const isLong = process.env.VYBEKART_TEST_LENGTH === 'long';
const programs = Number(process.env.VYBEKART_TEST_PROGRAMS ?? (isLong ? 300 : 30));
const groupCount = isLong ? { minLength: 14, maxLength: 18 } : { minLength: 2, maxLength: 7 };
/** The short run plays the same programs each time; new ones are for the long run, and for whoever names a seed. */
const seed = Number(process.env.VYBEKART_TEST_SEED ?? (isLong ? Date.now() % 2 ** 31 : 20_260_701));

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
  [{ kind: 'quiet' }],
  [{ kind: 'ask for the money back', nth: 0 }],
  [{ kind: 'decline', nth: 0 }],
  [{ kind: 'dispute', nth: 0 }],
  [{ kind: 'bank decides', nth: 0, outcome: 'lost' }],
];

/** The seller cannot take away what is held; two parcels go out, one at a new price, and the money of both goes back. */
const afterTheSale: Step[][] = [
  [{ kind: 'webhooks', faults: { shuffleMs: 40, beforeResponse: true } }],
  [{ kind: 'order', quantity: 1, alsoOther: true, isTappedTwice: true }],
  [{ kind: 'reprice', toMinor: 12_000 }],
  [{ kind: 'order', quantity: 1, alsoOther: true, isTappedTwice: false }],
  [{ kind: 'order', quantity: 1, alsoOther: true, isTappedTwice: false }, { kind: 'restart' }],
  [{ kind: 'adjust', delta: -3 }],
  [
    { kind: 'pay', nth: 0, method: 'pm_card_visa' },
    { kind: 'pay', nth: 2, method: 'pm_card_visa' },
  ],
  [{ kind: 'reconcile' }, { kind: 'restart' }],
  [{ kind: 'quiet' }],
  [
    { kind: 'parcel', nth: 0, what: 'ship', restock: false },
    { kind: 'parcel', nth: 2, what: 'ship', restock: false },
  ],
  [{ kind: 'refund', nth: 0, amountMinor: 3_000, restock: false }],
  [{ kind: 'quiet' }],
  [{ kind: 'refund', nth: 0, amountMinor: 17_000, restock: true }],
  [{ kind: 'parcel', nth: 2, what: 'deliver', restock: false }],
  [{ kind: 'refund', nth: 2, amountMinor: null, restock: true }],
  [{ kind: 'cancel', nth: 2 }],
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

/** Everything that does not hold when a program is over. */
async function brokenAtRest(story: ShopStory): Promise<string[]> {
  return [
    ...(await brokenInvariants(shop, 'at rest')),
    ...(await stripeContradictions(shop, shop.stripe)),
    ...(await story.misjudgedDisputes()),
    ...(await story.lostOrders()),
    ...story.failures(),
  ];
}

test('whatever buyers, seller, bank, clock and network do at once: no unit is sold twice and no money is lost', {
  timeout: isLong ? 3_600_000 : 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(program, async (groups) => {
      [seller, buyer] = await Promise.all([shop.signedIn(seller), shop.signedIn(buyer)]);
      const story = await ShopStory.begin({ shop, cash, seller, buyer });
      for (const group of groups) {
        await story.playGroup(group);
        expect(await brokenInvariants(shop)).toEqual([]);
      }
      await story.comeToRest();
      // A bank that takes its time may have answered between two of the questions.
      await waitFor(async () => (await brokenAtRest(story)).length === 0).catch(async () => {
        expect(await brokenAtRest(story)).toEqual([]);
      });
    }),
    // All programs share one shop, so a failed one cannot be tried again in smaller pieces.
    { numRuns: programs, endOnFailure: true, examples: [[atTheDoor], [atTheBank], [afterTheSale]], seed },
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
  expect(
    await shop.rows(
      `select o.id from orders o join payments p on p.order_id = o.id
       where p.provider = 'stripe' and o.status = 'refunded' and o.fulfilment_status = 'delivered'
         and (select count(*) from order_items i where i.order_id = o.id) = 2`,
    ),
  ).not.toEqual([]);
  expect(
    await shop.rows(`select key from idempotency_keys where body like '%"code":"price_changed"%'`),
  ).not.toEqual([]);
  // Both ways to pay were walked to their ends.
  const ends = await shop.rows(`select distinct c.status from cash_payments c where c.status <> 'open'`);
  expect(ends).toHaveLength(2);
});
