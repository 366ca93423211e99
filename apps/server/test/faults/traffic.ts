import { setTimeout as delay } from 'node:timers/promises';
import type { PlacedOrder, Problem } from '@vybekart/contract';
import { newId } from '../../src/platform/ids.ts';
import type { Person } from '../support/start-server.ts';

/** Where traffic goes, at this moment. */
type Address = Readonly<{ url: string }>;

/** Who sends requests. */
export type Sender = Pick<Person, 'client'>;

/** What is bought and where people talk. */
export interface Market {
  streamId: string;
  variantId: string;
  priceMinor: number;
  /** Where the payment provider is asked, if the answers to orders do not say so. */
  stripeUrl?: string;
}

/** One request and what came of it; `status` is 0 when there was no answer within 30 s, or no server. */
export interface Attempt {
  what: 'order' | 'message' | 'orders';
  /** The idempotency key, or the client's id of the message. */
  key: string;
  status: number;
  code: string | null;
  contentType: string | null;
  retryAfter: string | null;
  tookMs: number;
  /** performance.now() when it was sent. */
  sentMs: number;
  body: unknown;
}

const answerWithinMs = 30_000;
const refusalsToWaitFor = ['rate_limited', 'idempotency_in_progress'];
const waitMs = 100;

/**
 * Buyers who order, pay and talk, each one thing after the other, and who try again with the same key after a 503 and
 * after no answer.
 */
export class Traffic {
  readonly attempts: Attempt[] = [];
  #isOver = false;
  readonly #loops: Promise<void>[];
  readonly #senders = new Map<string, Sender>();

  constructor(
    private readonly server: Address,
    people: readonly Sender[],
    readonly at: Market,
  ) {
    this.#loops = people.flatMap((person) => [
      this.#repeat(() => this.#buy(person)),
      this.#repeat(() => this.#talk(person)),
    ]);
  }

  of(what: Attempt['what'], status: number): Attempt[] {
    return this.attempts.filter((attempt) => attempt.what === what && attempt.status === status);
  }

  /** How many of `status` were sent after this time, as performance.now() tells it. */
  since(timeMs: number, what: Attempt['what'], status: number): number {
    return this.of(what, status).filter((attempt) => attempt.sentMs >= timeMs).length;
  }

  /** Resolves when everybody has their answer. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#loops);
  }

  async send(person: Sender, what: Attempt['what'], key: string): Promise<Attempt> {
    this.#senders.set(key, person);
    const attempt = await request(this.server, person, what, key, this.at);
    this.attempts.push(attempt);
    return attempt;
  }

  /** The same request by the same person under the same key. */
  repeat({ what, key }: Attempt): Promise<Attempt> {
    const sender = this.#senders.get(key);
    if (!sender) throw new Error(`nobody has sent ${what} ${key}`);
    return this.send(sender, what, key);
  }

  async #repeat(act: () => Promise<void>): Promise<void> {
    while (!this.#isOver) await act();
  }

  async #buy(person: Sender): Promise<void> {
    const placed = await this.#untilDone(person, 'order');
    if (placed?.status === 201) await pay(placed.body as PlacedOrder, this.at.stripeUrl);
    // What was paid is not settled yet. This answer is kept for its key: the next order is another one.
    if (placed?.code === 'limit_reached') await delay(waitMs);
  }

  async #talk(person: Sender): Promise<void> {
    await this.#untilDone(person, 'message');
    await delay(300);
  }

  async #untilDone(person: Sender, what: Attempt['what']): Promise<Attempt | undefined> {
    const key = what === 'order' ? newId() : crypto.randomUUID();
    while (!this.#isOver) {
      const attempt = await this.send(person, what, key);
      const mayRetry = [0, 503].includes(attempt.status) || refusalsToWaitFor.includes(attempt.code ?? '');
      if (!mayRetry) return attempt;
      await delay(waitMs);
    }
    return undefined;
  }
}

async function request(
  server: Address,
  person: Sender,
  what: Attempt['what'],
  key: string,
  at: Market,
): Promise<Attempt> {
  const items = [{ variantId: at.variantId, quantity: 1, expectedUnitPriceMinor: at.priceMinor }];
  const [path, body] = {
    order: ['/orders', { items }] as const,
    message: [`/streams/${at.streamId}/messages`, { clientMsgId: key, text: `Message ${key}` }] as const,
    orders: ['/orders', undefined] as const,
  }[what];
  const sentMs = performance.now();
  try {
    const answer = await fetch(`${server.url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${person.client.session.currentToken()?.token}`,
        ...(body ? { 'content-type': 'application/json', 'idempotency-key': key } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const parsed = (await answer.json()) as Partial<Problem>;
    return {
      what,
      key,
      status: answer.status,
      code: parsed.code ?? null,
      contentType: answer.headers.get('content-type'),
      retryAfter: answer.headers.get('retry-after'),
      tookMs: performance.now() - sentMs,
      sentMs,
      body: parsed,
    };
  } catch (error) {
    const none = { code: null, contentType: null, retryAfter: null };
    return {
      what,
      key,
      status: 0,
      ...none,
      tookMs: performance.now() - sentMs,
      sentMs,
      body: String((error as Error).cause ?? error),
    };
  }
}

/** Confirms as the buyer's device does. The emulator needs no database, but tells us by webhook, which does. */
export async function pay(
  { payment }: Pick<PlacedOrder, 'payment'>,
  stripeUrl = payment.apiBase,
): Promise<void> {
  const response = await fetch(`${stripeUrl}/v1/payment_intents/${payment.paymentIntentId}/confirm`, {
    method: 'POST',
    body: new URLSearchParams({
      key: payment.publishableKey,
      client_secret: payment.clientSecret,
      payment_method: 'pm_card_visa',
    }),
  });
  if (response.status !== 200) throw new Error(`paying was answered with ${response.status}`);
}
