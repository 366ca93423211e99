import { setTimeout as delay } from 'node:timers/promises';
import type { PlacedOrder, Problem } from '@vybekart/contract';
import { newId } from '../../src/platform/ids.ts';
import type { Person, TestServer } from '../support/start-server.ts';

/** One request and what came of it; `status` is 0 when there was no answer within 30 s. */
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

/** Buyers who order, pay and talk, each one thing after the other, and who try again with the same key after a 503. */
export class Traffic {
  readonly attempts: Attempt[] = [];
  #isOver = false;
  readonly #loops: Promise<void>[];

  constructor(
    private readonly server: TestServer,
    people: readonly Person[],
    private readonly at: { streamId: string; variantId: string; priceMinor: number },
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

  async send(person: Person, what: Attempt['what'], key: string): Promise<Attempt> {
    const attempt = await request(this.server, person, what, key, this.at);
    this.attempts.push(attempt);
    return attempt;
  }

  async #repeat(act: () => Promise<void>): Promise<void> {
    while (!this.#isOver) await act();
  }

  async #buy(person: Person): Promise<void> {
    const placed = await this.#untilDone(person, 'order');
    if (placed?.status === 201) await pay(placed.body as PlacedOrder);
    // What was paid is not settled yet. This answer is kept for its key: the next order is another one.
    if (placed?.code === 'limit_reached') await delay(waitMs);
  }

  async #talk(person: Person): Promise<void> {
    await this.#untilDone(person, 'message');
    await delay(300);
  }

  async #untilDone(person: Person, what: Attempt['what']): Promise<Attempt | undefined> {
    const key = what === 'order' ? newId() : crypto.randomUUID();
    while (!this.#isOver) {
      const attempt = await this.send(person, what, key);
      const mayRetry = attempt.status === 503 || refusalsToWaitFor.includes(attempt.code ?? '');
      if (!mayRetry) return attempt;
      await delay(waitMs);
    }
    return undefined;
  }
}

async function request(
  server: TestServer,
  person: Person,
  what: Attempt['what'],
  key: string,
  at: { streamId: string; variantId: string; priceMinor: number },
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
    return { what, key, status: 0, ...none, tookMs: performance.now() - sentMs, sentMs, body: String(error) };
  }
}

/** Confirms as the buyer's device does. The emulator needs no database, but tells us by webhook, which does. */
export async function pay({ payment }: Pick<PlacedOrder, 'payment'>): Promise<void> {
  const base = payment.apiBase;
  const response = await fetch(`${base}/v1/payment_intents/${payment.paymentIntentId}/confirm`, {
    method: 'POST',
    body: new URLSearchParams({
      key: payment.publishableKey,
      client_secret: payment.clientSecret,
      payment_method: 'pm_card_visa',
    }),
  });
  if (response.status !== 200) throw new Error(`paying was answered with ${response.status}`);
}
