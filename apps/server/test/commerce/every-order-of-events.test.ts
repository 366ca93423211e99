import { isDeepStrictEqual } from 'node:util';
import type { PlacedOrder } from '@vybekart/contract';
import { afterAll, beforeAll, describe, expect, type MockInstance, test, vi } from 'vitest';
import { OrderClosing } from '../../src/orders/order-closing.ts';
import { type NewPayment, PaymentProvider } from '../../src/payments/payment-provider.ts';
import { Reconciler } from '../../src/payments/reconciler.ts';
import { AppError } from '../../src/platform/app-error.ts';
import { newId } from '../../src/platform/ids.ts';
import { expectInvariants } from './invariants.ts';
import { type Person, type SellerPerson, type Shop, type Stocked, startShop, waitFor } from './start-shop.ts';
import { HeldWebhooks } from './webhooks-by-hand.ts';

const priceMinor = 10_000;
/** Stories that are told side by side, and how many of them take a step at the same moment. */
const together = 120;
const atOnce = 16;
/** `npm run test:long` also mixes in what changes nothing. */
const isLong = process.env.VYBEKART_TEST_LENGTH === 'long';

let shop: Shop;
let held: HeldWebhooks;
let seller: SellerPerson;
let rival: Person;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000 });
  held = await HeldWebhooks.of(shop);
  seller = await shop.seller();
  rival = await shop.buyer();
  // Nothing but the events, in their order, tells the shop what happened.
  vi.spyOn(shop.get(Reconciler), 'reconcile').mockResolvedValue();
});
afterAll(async () => {
  await held?.[Symbol.asyncDispose]();
  await shop?.[Symbol.asyncDispose]();
});

/** Something that happens, or the news of it; it comes after the steps that it names. */
interface Step {
  name: string;
  after?: readonly string[];
  act(story: Story): Promise<unknown>;
}

/** One order for the only unit of a product, and what befalls it, step by step. */
interface Story {
  steps: readonly Step[];
  item: Stocked;
  buyer: Person;
  orderId: string;
  payment: PlacedOrder['payment'];
  /** Under which the seller refunds. */
  refundKey: string;
  /** What those who asked were answered. */
  answers: Record<string, number>;
}

/** Every order of these steps in which each one comes after those it names. */
function* everyOrder(steps: readonly Step[], before: readonly Step[] = []): Generator<readonly Step[]> {
  if (steps.length === 0) yield before;
  for (const step of steps) {
    if (steps.some(({ name }) => step.after?.includes(name))) continue;
    const rest = steps.filter((other) => other !== step);
    yield* everyOrder(rest, [...before, step]);
  }
}

async function forEach<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < items.length; start += atOnce) {
    await Promise.all(items.slice(start, start + atOnce).map(act));
  }
}

const paymentId = ({ payment }: Story) => payment.paymentIntentId;
const heldOf = (story: Story, type: string) =>
  held.about(paymentId(story)).find((event) => event.type === type);
const untilHeld = (story: Story, type: string) => waitFor(() => heldOf(story, type) !== undefined);
/** The id of what an event is about. */
function idIn(story: Story, type: string): string {
  const { data } = JSON.parse(heldOf(story, type)?.body ?? '{}') as { data: { object: { id: string } } };
  return data.object.id;
}

/** The news of something; none, when it did not happen. */
const news = (type: string, ...after: string[]): Step => ({
  name: type,
  after,
  act: async (story) => {
    const event = heldOf(story, type);
    if (event) await held.deliver(event);
  },
});
const again = (type: string): Step => ({ ...news(type, type), name: `${type} again` });

const pays = (name: string, method: string, ...after: string[]): Step => ({
  name,
  after,
  act: (story) => shop.pay(story, method),
});
const upiBegins = pays('UPI begins', 'pm_upi_delayed');
const bankRefuses: Step = {
  name: 'the bank refuses',
  after: [upiBegins.name],
  act: async (story) => {
    if (!heldOf(story, 'payment_intent.processing')) return;
    shop.stripe.control.settle(paymentId(story), 'failed');
    await untilHeld(story, 'payment_intent.payment_failed');
  },
};
const cardPays = pays('the card pays', 'pm_card_visa', bankRefuses.name);

const timeIsUp: Step = {
  name: 'time is up',
  act: async ({ orderId }) => {
    await shop.rows(
      `update orders set hold_expires_at = now() - interval '1 second' where id = $1 and status = 'pending'`,
      [orderId],
    );
    await shop.get(OrderClosing).sweep();
    await waitFor(async () => {
      const rows = await shop.rows(
        `select from orders where id = $1 and (status = 'closing' or hold_expires_at < now())`,
        [orderId],
      );
      return rows.length === 0;
    });
  },
};
const buyerCancels: Step = {
  name: 'the buyer cancels',
  act: async ({ orderId, buyer, answers }) => {
    const answer = await shop.send('POST', `/orders/${orderId}/cancel`, buyer, undefined, newId());
    answers.cancel = answer.status;
  },
};

const refundSettles = (outcome: 'succeeded' | 'failed', after: string): Step => ({
  name: 'the refund settles',
  after: [after],
  act: async (story) => {
    shop.stripe.control.settle(idIn(story, 'refund.created'), outcome);
    await untilHeld(story, 'refund.updated');
  },
});

/** An order with its payment, of which no news was delivered yet. */
async function placed(steps: readonly Step[]): Promise<Story> {
  const [item, buyer] = await Promise.all([shop.product(seller, 1, priceMinor), shop.buyer()]);
  const { order, payment } = await shop.placed(buyer, item);
  return { steps, item, buyer, orderId: order.id, payment, refundKey: newId(), answers: {} };
}

/** Plays the stories step by step, side by side; each step has had its consequences before the next. */
async function play(stories: readonly Story[]): Promise<void> {
  const longest = Math.max(...stories.map(({ steps }) => steps.length));
  for (let at = 0; at < longest; at += 1) {
    await forEach(stories, async (story) => story.steps[at]?.act(story));
    await shop.quiet();
  }
  await forEach(stories, async (story) => {
    const told = story.steps.map(({ name }) => name);
    const rest = held.about(paymentId(story)).filter(({ type }) => !told.includes(type));
    for (const event of rest) await held.deliver(event);
  });
  await shop.quiet();
}

const toldEvents = [
  'order.paid',
  'order.closed',
  'order.refunded',
  'refund.failed',
  'order.disputed',
] as const;

interface Ending {
  status: string;
  stock: { onHand: number; reserved: number };
  /** As we know them, and how many the provider knows. */
  refunds: { known: string[]; made: number };
  /** What banks took back, beside the status. */
  takenBackMinor: number;
  isDisputed: boolean;
  told: Record<string, number>;
  answers: Record<string, number>;
}

async function endingOf({ orderId, item, answers, payment }: Story): Promise<Ending> {
  const [order] = await shop.rows<Pick<Ending, 'status' | 'takenBackMinor' | 'isDisputed'>>(
    `select status, taken_back_minor as "takenBackMinor", is_disputed as "isDisputed" from orders where id = $1`,
    [orderId],
  );
  if (!order) throw new Error(`order ${orderId} is gone`);
  const known = await shop.rows<{ status: string }>('select status from refunds where order_id = $1', [
    orderId,
  ]);
  const made = await fetch(`${shop.stripe.url}/v1/refunds?payment_intent=${payment.paymentIntentId}`, {
    headers: { authorization: `Bearer ${shop.stripe.secretKey}` },
  });
  const told = toldEvents
    .map((event) => [event, shop.heardOf(event, orderId)] as const)
    .filter(([, times]) => times > 0);
  return {
    ...order,
    stock: await shop.stockOf(item),
    refunds: {
      known: known.map(({ status }) => status),
      made: ((await made.json()) as { data: unknown[] }).data.length,
    },
    told: Object.fromEntries(told),
    answers,
  };
}

/** Plays every order of these steps, and tells the steps of each story that does not end as expected. */
async function playEveryOrder(
  steps: readonly Step[],
  begin: (steps: readonly Step[]) => Promise<Story>,
  expected: (story: Story) => Ending,
): Promise<number> {
  const orders = [...everyOrder(steps)];
  const wrong: unknown[] = [];
  for (let start = 0; start < orders.length; start += together) {
    [seller, rival] = await Promise.all([shop.signedIn(seller), shop.signedIn(rival)]);
    const stories: Story[] = [];
    await forEach(orders.slice(start, start + together), async (order) => stories.push(await begin(order)));
    await shop.quiet();
    await play(stories);
    await forEach(stories, async (story) => {
      const [was, wanted] = [await endingOf(story), expected(story)];
      if (isDeepStrictEqual(was, wanted)) return;
      wrong.push({ steps: story.steps.map(({ name }) => name).join(' -> '), was, wanted });
    });
  }
  expect(wrong).toEqual([]);
  await expectInvariants(shop);
  return orders.length;
}

const paid = (answers: Ending['answers'] = {}): Ending => ({
  status: 'paid',
  stock: { onHand: 0, reserved: 0 },
  refunds: { known: [], made: 0 },
  takenBackMinor: 0,
  isDisputed: false,
  told: { 'order.paid': 1 },
  answers,
});
const closed = (status: string, answers: Ending['answers'] = {}): Ending => ({
  ...paid(answers),
  status,
  stock: { onHand: 1, reserved: 0 },
  told: { 'order.closed': 1 },
});
const ends = [
  [timeIsUp.name, timeIsUp, 'expired', {}],
  [buyerCancels.name, buyerCancels, 'canceled', { cancel: 200 }],
] as const;
const refusedCancel = ({ steps }: Story): Ending['answers'] =>
  steps.includes(buyerCancels) ? { cancel: 409 } : {};

describe('the news of a payment that succeeded at the second try', () => {
  const tried = async (steps: readonly Step[]) => {
    const story = await placed(steps);
    for (const attempt of [upiBegins, bankRefuses, cardPays]) await attempt.act(story);
    return story;
  };
  const changes = [
    news('payment_intent.processing'),
    news('payment_intent.payment_failed'),
    news('payment_intent.succeeded'),
  ];
  const copy = again('payment_intent.succeeded');
  const others = [news('payment_intent.created'), news('charge.succeeded')];

  test('sells once, in whatever order it comes', async () => {
    const steps = [...changes, ...others, ...(isLong ? [copy] : [])];
    expect(await playEveryOrder(steps, tried, () => paid())).toBe(isLong ? 360 : 120);
  });

  test.each(ends)(
    'sells once, whenever meanwhile %s, and however often it comes',
    {
      timeout: isLong ? 3_600_000 : 240_000,
    },
    async (_, end) => {
      const steps = [...changes, copy, ...(isLong ? others : []), end];
      const count = await playEveryOrder(steps, tried, (story) => paid(refusedCancel(story)));
      expect(count).toBe(isLong ? 2520 : 60);
    },
  );
});

describe('a payment whose news comes while it is tried again', () => {
  const steps = [
    upiBegins,
    bankRefuses,
    cardPays,
    news('payment_intent.processing', upiBegins.name),
    news('payment_intent.payment_failed', bankRefuses.name),
    news('payment_intent.succeeded', cardPays.name),
  ];

  /** Whether the order was open and the payment could still be cancelled when the end came. */
  function endedInTime({ steps }: Story): boolean {
    let provider = 'open';
    let shopBelieves = 'open';
    for (const step of steps) {
      if (step === upiBegins) provider = 'processing';
      else if (step === bankRefuses) provider = 'open';
      else if (step === cardPays) provider = 'succeeded';
      else if (step !== timeIsUp && step !== buyerCancels) shopBelieves = provider;
      else if (shopBelieves === 'open' && provider === 'open') return true;
      // Who tries to end the order asks the provider.
      else if (shopBelieves === 'open') shopBelieves = provider;
    }
    return false;
  }

  test.each(ends)('is either paid or, when meanwhile %s, never', async (_, end, status, answers) => {
    const count = await playEveryOrder([...steps, end], placed, (story) =>
      endedInTime(story) ? closed(status, answers) : paid(refusedCancel(story)),
    );
    expect(count).toBe(105);
  });
});

describe('money for an order that may have closed without knowing its payment', () => {
  const unheard = new Map<string, NewPayment>();
  let create: MockInstance<PaymentProvider['create']>;
  beforeAll(() => {
    const payments = shop.app.get<PaymentProvider>(PaymentProvider);
    const make = payments.create.bind(payments);
    create = vi.spyOn(payments, 'create').mockImplementation(async (request) => {
      const made = await make(request);
      if (request.buyerId === rival.userId) return made;
      unheard.set(request.orderId, made);
      throw new AppError('payment_unavailable', { retryAfterMs: 2000 });
    });
  });
  afterAll(() => create.mockRestore());

  /** The provider made the payment, its answer was lost on the way to us, and the buyer pays. */
  async function paidUnheard(steps: readonly Step[], method = 'pm_card_visa'): Promise<Story> {
    const [item, buyer] = await Promise.all([shop.product(seller, 1, priceMinor), shop.buyer()]);
    const key = newId();
    const answer = await shop.order(buyer, item, { key });
    expect(answer.body).toMatchObject({ status: 503, code: 'payment_unavailable' });
    const [order] = await shop.rows<{ id: string }>('select id from orders where idempotency_key = $1', [
      key,
    ]);
    const orderId = order?.id ?? '';
    const made = unheard.get(orderId);
    if (made?.nextStep.kind !== 'client_secret') throw new Error(`no payment for ${orderId}`);
    const payment: PlacedOrder['payment'] = {
      provider: 'local',
      paymentIntentId: made.id,
      clientSecret: made.nextStep.clientSecret,
      publishableKey: shop.stripe.publishableKey,
    };
    const story = { steps, item, buyer, orderId, payment, refundKey: newId(), answers: {} };
    await shop.pay(story, method);
    return story;
  }
  const rivalOrders: Step = {
    name: 'another buyer orders',
    act: async ({ item, answers }) => {
      answers.rival = (await shop.order(rival, item)).status;
    },
  };

  function endOf({ steps }: Story): Ending {
    const at = (name: string) => steps.findIndex((step) => step.name === name);
    const newsAt = Math.min(at('payment_intent.created'), at('payment_intent.succeeded'));
    const isCanceled = steps.includes(buyerCancels);
    const endAt = at(isCanceled ? buyerCancels.name : timeIsUp.name);
    const isClosed = endAt < newsAt;
    const rivalAt = at(rivalOrders.name);
    const isFree = isClosed && endAt < rivalAt && (isCanceled || rivalAt < newsAt);
    const answers = {
      ...(isCanceled ? { cancel: isClosed ? 200 : 409 } : {}),
      rival: isFree ? 201 : 409,
    };
    if (!isClosed) return paid(answers);
    if (!isCanceled && !isFree) return { ...paid(answers), told: { 'order.paid': 1, 'order.closed': 1 } };
    return {
      ...closed('refunded', answers),
      stock: { onHand: 1, reserved: isFree ? 1 : 0 },
      refunds: { known: ['succeeded'], made: 1 },
      told: { 'order.closed': 1, 'order.refunded': 1 },
    };
  }

  test.each(ends)('buys the unit or goes back once, when meanwhile %s and others order', async (_, end) => {
    const steps = [
      news('payment_intent.created'),
      news('payment_intent.succeeded'),
      again('payment_intent.succeeded'),
      rivalOrders,
      end,
    ];
    expect(await playEveryOrder(steps, paidUnheard, endOf)).toBe(60);
  });

  test.each([
    ['succeeded', 'refund.updated', { status: 'refunded', told: 'order.refunded' }],
    ['failed', 'refund.failed', { status: 'refund_pending', told: 'refund.failed' }],
  ] as const)(
    'goes back in one refund, also when that has %s days later',
    async (outcome, type, { status, told }) => {
      const canceled = async (steps: readonly Step[]) => {
        const story = await paidUnheard(steps, 'pm_card_pendingRefund');
        await buyerCancels.act(story);
        return story;
      };
      const paidNews = news('payment_intent.succeeded');
      const settled = refundSettles(outcome, paidNews.name);
      const steps = [
        paidNews,
        again(paidNews.name),
        news('refund.created', paidNews.name),
        settled,
        news(type, settled.name),
      ];
      const count = await playEveryOrder(steps, canceled, () => ({
        ...closed(status, { cancel: 200 }),
        refunds: { known: [outcome], made: 1 },
        told: { 'order.closed': 1, [told]: 1 },
      }));
      expect(count).toBe(12);
    },
  );
});

describe('what happens to the money of a paid order', () => {
  const sold = (method: string) => async (steps: readonly Step[]) => {
    const story = await placed(steps);
    await shop.pay(story, method);
    await news('payment_intent.succeeded').act(story);
    return story;
  };
  const sellerRefunds: Step = {
    name: 'the seller refunds',
    act: async ({ orderId, refundKey, answers }) => {
      const body = { amountMinor: priceMinor, restock: true };
      const answer = await shop.send('POST', `/seller/orders/${orderId}/refunds`, seller, body, refundKey);
      answers.refund = Math.max(answers.refund ?? 0, answer.status);
    },
  };
  const sellerRefundsAgain = {
    ...sellerRefunds,
    name: `${sellerRefunds.name} again`,
    after: [sellerRefunds.name],
  };

  test('a refund that succeeds days later is one, told once, and its unit is back once', async () => {
    const settled = refundSettles('succeeded', sellerRefunds.name);
    const steps = [
      sellerRefunds,
      sellerRefundsAgain,
      news('refund.created', sellerRefunds.name),
      news('charge.refunded', sellerRefunds.name),
      settled,
      news('refund.updated', settled.name),
    ];
    const count = await playEveryOrder(steps, sold('pm_card_pendingRefund'), () => ({
      ...paid({ refund: 200 }),
      status: 'refunded',
      stock: { onHand: 1, reserved: 0 },
      refunds: { known: ['succeeded'], made: 1 },
      told: { 'order.paid': 1, 'order.refunded': 1 },
    }));
    expect(count).toBe(60);
  });

  test('a refund that fails days later is never called refunded, and its failure is told once', async () => {
    const settled = refundSettles('failed', sellerRefunds.name);
    const steps = [
      sellerRefunds,
      sellerRefundsAgain,
      news('refund.created', sellerRefunds.name),
      settled,
      news('refund.updated', settled.name),
      news('refund.failed', settled.name),
    ];
    const count = await playEveryOrder(steps, sold('pm_card_pendingRefund'), () => ({
      ...paid({ refund: 200 }),
      status: 'refund_pending',
      refunds: { known: ['failed'], made: 1 },
      told: { 'order.paid': 1, 'refund.failed': 1 },
    }));
    expect(count).toBe(40);
  });

  const bankTakes: Step = {
    name: 'the bank takes the money',
    act: async (story) => {
      shop.stripe.control.openDispute(paymentId(story));
      await untilHeld(story, 'charge.dispute.funds_withdrawn');
    },
  };
  const bankDecides = (outcome: 'won' | 'lost'): Step => ({
    name: 'the bank decides',
    after: [bankTakes.name],
    act: async (story) => {
      shop.stripe.control.closeDispute(idIn(story, 'charge.dispute.created'), outcome);
      await untilHeld(story, 'charge.dispute.closed');
    },
  });

  test.each([
    ['won', 40],
    ['lost', 12],
  ] as const)(
    'a dispute that is %s is told once for each thing that was heard of it',
    async (outcome, orders) => {
      const decided = bankDecides(outcome);
      const steps = [
        bankTakes,
        decided,
        news('charge.dispute.created', bankTakes.name),
        news('charge.dispute.funds_withdrawn', bankTakes.name),
        news('charge.dispute.closed', decided.name),
        ...(outcome === 'won' ? [news('charge.dispute.funds_reinstated', decided.name)] : []),
      ];
      const count = await playEveryOrder(steps, sold('pm_card_visa'), (story) => ({
        ...paid(),
        takenBackMinor: outcome === 'lost' ? priceMinor : 0,
        // Who heard of it only after the decision heard of one thing.
        told: { 'order.paid': 1, 'order.disputed': story.steps.indexOf(decided) === 1 ? 1 : 2 },
      }));
      expect(count).toBe(orders);
    },
  );
});
