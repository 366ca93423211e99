import { isDeepStrictEqual } from 'node:util';
import { errorTable, isErrorCode } from '@vybekart/contract';
import { OrderClosing } from '../../src/orders/order-closing.ts';
import { Reconciler } from '../../src/payments/reconciler.ts';
import { newId } from '../../src/platform/ids.ts';
import type { CashSide } from './cash.ts';
import { letTimePass } from './cash.ts';
import { explains, type Facts, factsOf, type Judged } from './justified-refusals.ts';
import { priceMinor, type Step } from './shop-steps.ts';
import type { Answer, Person, SellerPerson, Shop } from './start-shop.ts';
import { askStripe } from './stripe-books.ts';

const stock = 4;
const currency = 'inr';

interface Asked {
  items: { variantId: string; quantity: number; expectedUnitPriceMinor: number }[];
  isCash: boolean;
}

/** What any answer of these routes may say. */
interface Told {
  code?: string;
  order?: { id: string; total: { amountMinor: number } };
  payment?: { paymentIntentId: string; clientSecret: string; publishableKey: string };
  [fact: string]: unknown;
}

export interface People {
  shop: Shop;
  cash: CashSide;
  seller: SellerPerson;
  buyer: Person;
}

/** A product in two variants, and what the buyer was told about the orders for it. */
export class ShopStory {
  readonly keys: string[] = [];
  /** Those of them that are to be paid at the door. */
  readonly cashKeys: string[] = [];
  /** Ids of the disputes that buyers' banks opened. */
  readonly disputes: string[] = [];
  readonly #asked = new Map<string, Asked>();
  readonly #acknowledged = new Map<string, { id: string; totalMinor: number }>();
  readonly #prices = new Set([priceMinor]);
  /** As the buyer saw it last. */
  #shownMinor = priceMinor;
  #mayBeUnavailable = false;
  #unavailable = 0;

  private constructor(
    private readonly people: People,
    private readonly productId: string,
    private readonly variantIds: readonly [string, string],
  ) {
    people.shop.log.failures.length = 0;
    people.shop.log.errors.length = 0;
  }

  static async begin(people: People): Promise<ShopStory> {
    const { shop, seller } = people;
    const answer = await shop.send<{ id: string; variants: [{ id: string }, { id: string }] }>(
      'POST',
      '/products',
      seller,
      {
        title: 'Silk saree',
        price: { amountMinor: priceMinor, currency },
        variants: [
          { title: 'Red', stock },
          { title: 'Green', stock },
        ],
      },
    );
    if (answer.status !== 201) throw new Error(answer.text);
    const { id, variants } = answer.body;
    return new ShopStory(people, id, [variants[0].id, variants[1].id]);
  }

  /** The steps of a group happen at the same time; a restart when the others are answered. */
  async playGroup(group: readonly Step[]): Promise<void> {
    await Promise.all(group.filter(({ kind }) => kind !== 'restart').map((move) => this.#play(move)));
    if (group.some(({ kind }) => kind === 'restart')) await this.people.shop.restart();
  }

  async #play(move: Step): Promise<void> {
    const { shop, cash, seller, buyer } = this.people;
    const { control } = shop.stripe;
    switch (move.kind) {
      case 'order':
      case 'order for cash': {
        const key = newId();
        this.keys.push(key);
        if (move.kind === 'order for cash') this.cashKeys.push(key);
        const quantities = [move.quantity, move.alsoOther ? 1 : 0];
        const items = this.variantIds.flatMap((variantId, index) => {
          const quantity = quantities[index] ?? 0;
          return quantity > 0 ? [{ variantId, quantity, expectedUnitPriceMinor: this.#shownMinor }] : [];
        });
        this.#asked.set(key, { items, isCash: move.kind === 'order for cash' });
        await Promise.all((move.isTappedTwice ? [1, 2] : [1]).map(() => this.#order(key)));
        return;
      }
      case 'pay': {
        // The same key tells again how to pay, or goes on where an answer was lost.
        const key = this.#pick(move.nth);
        const [row] = await this.#orders(move.nth);
        if (!key || !row || this.#asked.get(key)?.isCash) return;
        const payment = await this.#order(key);
        // The buyer's own request may fail, too.
        if (payment)
          await shop.pay({ payment: { provider: 'local', ...payment } }, move.method).catch(() => {});
        return;
      }
      case 'give code': {
        const [row] = await this.#orders(move.nth, this.cashKeys);
        if (!row) return;
        const code = move.isRight ? cash.codes(row.id).at(-1) : cash.wrongCode(row.id);
        this.#check(await cash.confirm(buyer, row.id, code ?? '000000'), ['conflict', 'validation_failed']);
        return;
      }
      case 'send another code': {
        const [row] = await this.#orders(move.nth, this.cashKeys);
        if (!row) return;
        await letTimePass(shop, row.id);
        this.#check(await cash.resend(buyer, row.id), ['conflict', 'limit_reached', 'rate_limited']);
        return;
      }
      case 'parcel':
        return this.#judge(move.nth, { kind: move.what }, (id) =>
          move.what === 'takeBack'
            ? cash.takeBack(seller, id, { restock: move.restock })
            : cash[move.what](seller, id),
        );
      case 'settle': {
        const [row] = await this.#orders(move.nth);
        const waiting = row?.refundId ?? row?.intentId;
        if (waiting) unlessItCannot(() => control.settle(waiting, move.outcome));
        return;
      }
      case 'cancel':
        return this.#judge(move.nth, { kind: 'cancel' }, (id) => cash.cancel(buyer, id));
      case 'hold ends':
        return shop.letHoldsEnd();
      case 'sweep':
        return shop.get(OrderClosing).sweep();
      case 'reconcile':
        return shop.get(Reconciler).reconcile(0);
      case 'quiet':
        return shop.quiet();
      case 'adjust': {
        const { delta, which = 0 } = move;
        const route = `/variants/${this.variantIds[which]}/stock-adjustments`;
        const answer = await shop.send<Told>('POST', route, seller, { delta, reason: 'count' });
        const code = this.#check(answer, ['stock_reserved']);
        const { onHand, reserved } = answer.body;
        if (code && Number(onHand) + delta >= Number(reserved)) throw unjustified('adjust', answer);
        return;
      }
      case 'reprice': {
        this.#prices.add(move.toMinor);
        const price = { amountMinor: move.toMinor, currency };
        this.#check(await shop.send<Told>('PATCH', `/products/${this.productId}`, seller, { price }), []);
        return;
      }
      case 'refund': {
        const [row] = await this.#orders(move.nth);
        if (!row) return;
        const { restock } = move;
        const amountMinor = move.amountMinor ?? row.totalMinor;
        return this.#judge(move.nth, { kind: 'refund', amountMinor, restock }, (id) =>
          shop.send('POST', `/seller/orders/${id}/refunds`, seller, { amountMinor, restock }, newId()),
        );
      }
      case 'dispute': {
        const [row] = await this.#orders(move.nth);
        const intentId = row?.intentId;
        // Nothing was charged, or everything was given back.
        if (intentId) unlessItCannot(() => this.disputes.push(control.openDispute(intentId)));
        return;
      }
      case 'bank decides': {
        const id = this.#pick(move.nth, this.disputes);
        if (id) unlessItCannot(() => control.closeDispute(id, move.outcome));
        return;
      }
      case 'ask for the money back': {
        const body = { reason: 'The colour is another one.' };
        return this.#judge(move.nth, { kind: 'ask' }, (id) =>
          shop.send('POST', `/orders/${id}/refund-requests`, buyer, body, newId()),
        );
      }
      case 'decline': {
        const [row] = await this.#orders(move.nth);
        const [open] = await shop.rows<{ id: string }>(
          `select id from refund_requests where order_id = $1 and status = 'open'`,
          [row?.id ?? null],
        );
        const body = { reason: 'It is the colour of the show.' };
        if (!open) return;
        return this.#judge(move.nth, { kind: 'decline' }, () =>
          shop.send('POST', `/seller/refund-requests/${open.id}/refusal`, seller, body, newId()),
        );
      }
      case 'webhooks':
        return control.setWebhookFaults(move.faults);
      case 'provider fails':
        this.#mayBeUnavailable = true;
        return control.failRequests(
          { kind: move.how, after: move.after },
          { method: 'POST', path: move.path },
        );
    }
  }

  /** Whatever went wrong is over, and everybody who looks after things has looked. */
  async comeToRest(): Promise<void> {
    const { shop } = this.people;
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

  /** Orders that were acknowledged and are not there, or say something else than they did (I13). */
  async lostOrders(): Promise<string[]> {
    const rows = await this.people.shop.rows<{ key: string; id: string; totalMinor: number }>(
      'select idempotency_key as key, id, total_minor as "totalMinor" from orders where idempotency_key = any($1)',
      [[...this.#acknowledged.keys()]],
    );
    const stored = new Map(rows.map(({ key, id, totalMinor }) => [key, { id, totalMinor }]));
    return [...this.#acknowledged]
      .filter(([key, order]) => !isDeepStrictEqual(stored.get(key), order))
      .map(([, { id }]) => `I13: what was acknowledged can be read: ${id}`);
  }

  /** What the server called its own failure beyond the answers that may say so. */
  failures(): string[] {
    const { failures, errors } = this.people.shop.log;
    const isExpected = (message: string) => message === 'a refund failed; somebody must refund by hand';
    return [
      ...failures.slice(this.#unavailable),
      ...errors.filter(({ message }) => !isExpected(message)).map((error) => JSON.stringify(error)),
    ];
  }

  /** Disputes of which we believe anything but what the bank says, and orders that say something else of theirs. */
  async misjudgedDisputes(): Promise<string[]> {
    const { shop } = this.people;
    const { data } = await askStripe<{ data: { id: string; status: string; amount: number }[] }>(
      shop.stripe,
      'disputes?limit=100',
    );
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

  /** Places an order, or asks again with the same key; answers how to pay it online. */
  async #order(key: string): Promise<Told['payment']> {
    const { shop, cash, buyer } = this.people;
    const asked = this.#asked.get(key);
    if (!asked) throw new Error(`nothing was asked for with ${key}`);
    const { items, isCash } = asked;
    const answer: Answer<Told> = await (isCash
      ? cash.orderOf<Told>(buyer, items, key)
      : shop.send<Told>('POST', '/orders', buyer, { items }, key));
    const code = this.#check(answer, [
      'out_of_stock',
      'price_changed',
      'idempotency_in_progress',
      'conflict',
    ]);
    const { body } = answer;
    const line = items.find(({ variantId }) => variantId === body.variantId);
    if (code === 'out_of_stock' && !(line && Number(body.available) < line.quantity)) {
      throw unjustified('order', answer);
    }
    if (code === 'price_changed') {
      const current = Number(body.currentUnitPriceMinor);
      if (!this.#prices.has(current) || current === line?.expectedUnitPriceMinor) {
        throw unjustified('order', answer);
      }
      this.#shownMinor = current;
    }
    if (code || !body.order) return undefined;
    const { id, total } = body.order;
    const shownMinor = items.reduce((sum, item) => sum + item.quantity * item.expectedUnitPriceMinor, 0);
    const earlier = this.#acknowledged.get(key);
    if (total.amountMinor !== shownMinor || (earlier && earlier.id !== id))
      throw unjustified('order', answer);
    this.#acknowledged.set(key, { id, totalMinor: shownMinor });
    return isCash ? undefined : body.payment;
  }

  /** Asks for something that depends on the state of one order: it may be refused for a reason alone. */
  async #judge(
    index: number,
    what: Judged,
    ask: (orderId: string) => Promise<Answer<{ code?: string }>>,
  ): Promise<void> {
    const [row] = await this.#orders(index);
    if (!row) return;
    const { shop } = this.people;
    const before = await factsOf(shop, row.id);
    const answer = await ask(row.id);
    const code = this.#check(answer, explains.codes(what));
    const after = await factsOf(shop, row.id);
    const isJustified = code
      ? explains.refusal(what, code, before, after)
      : explains.success(what, before, after);
    if (!isJustified && errorTable[codeOf(answer) ?? 'conflict'].http < 500) {
      throw unjustified(what.kind, answer, { before, after });
    }
  }

  /** The code of a refusal, null for a success. Throws for an answer that this request never gets. */
  #check(answer: Answer<{ code?: string }>, refusals: readonly string[]): string | null {
    if (answer.status < 300) return null;
    const code = codeOf(answer);
    if (code === 'payment_unavailable' && this.#mayBeUnavailable) this.#unavailable += 1;
    else if (!code || !refusals.includes(code)) throw unjustified('a request', answer);
    if (errorTable[code].http !== answer.status) throw unjustified('a request', answer);
    return code;
  }

  #pick(index: number, keys: readonly string[] = this.keys): string | undefined {
    return keys[index % Math.max(1, keys.length)];
  }

  #orders(index: number, keys: readonly string[] = this.keys) {
    return this.people.shop.rows<{
      id: string;
      totalMinor: number;
      intentId: string | null;
      refundId: string | null;
    }>(
      `select o.id, o.total_minor as "totalMinor", p.payment_intent_id as "intentId",
              (select provider_refund_id from refunds r where r.order_id = o.id and r.status = 'pending' limit 1)
                as "refundId"
       from orders o left join payments p on p.order_id = o.id where idempotency_key = $1`,
      [this.#pick(index, keys) ?? ''],
    );
  }
}

function codeOf(answer: Answer<{ code?: string }>) {
  return isErrorCode(answer.body?.code) ? answer.body.code : undefined;
}

function unjustified(what: string, answer: Answer, facts?: { before: Facts; after: Facts }): Error {
  return new Error(`${what} was answered ${answer.status} ${answer.text} ${JSON.stringify(facts ?? {})}`);
}

/** What the bank is asked for may be impossible by now. */
function unlessItCannot(act: () => unknown): void {
  try {
    act();
  } catch {
    // It waits for nothing, or was decided already.
  }
}
