import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type Client } from '@vybekart/client';
import type { CrashPoint } from '../../src/platform/crash-points.ts';
import { newId } from '../../src/platform/ids.ts';
import { brokenInvariants } from '../commerce/invariants.ts';
import { eventually } from '../support/eventually.ts';
import { KillableServer } from './killable-server.ts';
import { expectLedgerAtRest } from './ledger.ts';
import { Traffic } from './traffic.ts';

const password = 'a long enough secret';
export const priceMinor = 49_900;

/** What a person's app answers with another try. */
const passing = ['network', 'timeout', 'unavailable', 'payment_unavailable', 'idempotency_in_progress'];
const patienceMs = 60_000;
/** As long as somebody who died may hold what was begun. */
const lockedSeconds = 60;

/** What people do while the server dies; answers what must hold when all has come to rest. */
type Going = () => Promise<() => Promise<void>>;

export interface Journey {
  /** What comes before any crash. */
  prepare(): Promise<Going>;
}

/** A seller whose shop also sells at the door, and a buyer, on a server that dies and is started again. */
export class KillableShop implements AsyncDisposable {
  #streamId: string | undefined;

  private constructor(
    readonly server: KillableServer,
    readonly buyer: Client,
    readonly seller: Client,
  ) {}

  static async open(environment: Record<string, string> = {}): Promise<KillableShop> {
    const server = await KillableServer.open(environment);
    try {
      await server.start();
      const seller = server.client();
      const handle = 'sahil-silks';
      const shop = { name: 'Sahil Silks', handle };
      await seller.session.register({ email: 'sahil@example.test', password, displayName: 'Sahil', shop });
      await seller.api.call('updateShop', { params: { handle }, body: { cashOnDelivery: true } });
      return new KillableShop(server, await newBuyer(server, 'Asha'), seller);
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A variant with this many units. */
  async product(stock: number): Promise<string> {
    const { variants } = await this.seller.api.call('createProduct', {
      body: { title: 'Silk saree', price: { amountMinor: priceMinor, currency: 'inr' }, stock },
    });
    return variants[0]?.id ?? '';
  }

  /**
   * Makes the journey again and again, with a crash at the first of these turns, then `stride` turns later and so on,
   * until no crash cuts it off. The server is started again, people go on, and each time everything must come to rest
   * with a sound ledger. Answers how often it died.
   */
  async dieAtEach(
    point: 'commit' | 'stripe_call',
    journey: Journey,
    turns: { first: number; stride: number },
  ): Promise<number> {
    const { first, stride } = turns;
    await this.#startAgain(`${point}:${first}`);
    for (let turn = first; ; turn += stride) {
      const hasDied = await this.#goOn(journey, `${point}:${turn + stride}`).catch((error: unknown) => {
        throw new Error(`with a crash at ${point}:${turn}`, { cause: error });
      });
      if (!hasDied) return (turn - first) / stride;
    }
  }

  /** Makes the journey once, and says whether a crash cut it off; if so, the next process dies at `next`. */
  async #goOn(journey: Journey, next: CrashPoint): Promise<boolean> {
    const go = await journey.prepare();
    await this.#rest();
    let hasDied = false;
    const mended = this.server.died().then(async (isCrash) => {
      if (!isCrash) return;
      hasDied = true;
      await this.server.letTimePass(lockedSeconds);
      await this.#startAgain(next);
    });
    await this.server.startCounting();
    const going = this.#goToTheEnd(go);
    await Promise.race([going, mended.then(() => going)]);
    if (!hasDied) await this.server.stop();
    await mended;
    return hasDied;
  }

  async #goToTheEnd(go: Going): Promise<void> {
    const expectAllWell = await go();
    await this.#rest();
    await expectAllWell();
    await expectLedgerAtRest(this.server.database, this.server.stripe);
  }

  /** Buyers who order a product of its own, pay, and talk in the seller's show. */
  async traffic(buyerCount: number): Promise<Traffic> {
    const variantId = await this.product(100_000);
    this.#streamId ??= (await this.seller.api.call('createStream', { body: { title: 'Sarees' } })).id;
    const streamId = this.#streamId;
    const clients = await Promise.all(
      Array.from({ length: buyerCount }, (_, index) => newBuyer(this.server, `Buyer ${index}`)),
    );
    const buyers = clients.map((client) => ({ client }));
    const stripeUrl = this.server.stripe.url;
    return new Traffic(this.server, buyers, { streamId, variantId, priceMinor, stripeUrl });
  }

  /** Kill -9, and another process in its place, which serves and hears of what happened in between. */
  async killAndStartAgain(): Promise<void> {
    await this.server.kill();
    await this.server.start();
    this.server.hearStripe();
  }

  /** Tries again for as long as an app would: with the same key, if it has one. */
  async insist<T>(request: () => Promise<T>): Promise<T> {
    const endMs = performance.now() + patienceMs;
    for (;;) {
      try {
        return await request();
      } catch (error) {
        const mayPass = error instanceof ApiError && passing.includes(error.code);
        if (!mayPass || performance.now() > endMs) throw error;
        await delay(50);
      }
    }
  }

  async rows<Row extends object>(query: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.server.database.query<Row>(query, values)).rows;
  }

  async #startAgain(point: CrashPoint): Promise<void> {
    await this.server.stop();
    await this.server.start(point);
    this.server.hearStripe();
  }

  /** Nothing is left to be done, and the server is there. */
  async #rest(): Promise<void> {
    await eventually('everything to come to rest', () => this.#isAtRest(), patienceMs);
    await this.insist(() => this.buyer.api.call('time'));
  }

  async #isAtRest(): Promise<boolean> {
    const { data } = await this.server.askStripe<{ data: { pending_webhooks: number }[] }>('events?limit=20');
    const atWork = await this.rows(
      `select from pg_stat_activity
       where datname = current_database() and application_name = 'vybekart' and state <> 'idle'`,
    );
    const isTold = data.every((event) => event.pending_webhooks === 0);
    return isTold && atWork.length === 0 && (await brokenInvariants(this, 'at rest')).length === 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

async function newBuyer(server: KillableServer, displayName: string): Promise<Client> {
  const buyer = server.client();
  await buyer.session.register({ email: `${newId()}@example.test`, password, displayName });
  return buyer;
}
