import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Answer, Shop } from './start-shop.ts';

export interface SignOptions {
  /** Also the empty one, with which Stripe's own library refuses to sign. */
  secret?: string;
  timestamp?: number;
  scheme?: string;
}

export const nowSeconds = () => Math.floor(Date.now() / 1000);

/** The header that belongs to these bytes. */
export function sign(
  shop: Shop,
  payload: string,
  { secret = shop.stripe.webhookSecret, timestamp = nowSeconds(), scheme = 'v1' }: SignOptions = {},
): string {
  const mac = createHmac('sha256', secret).update(`${timestamp}.${payload}`).digest('hex');
  return `t=${timestamp},${scheme}=${mac}`;
}

/** Posts to the shop what claims to come from Stripe. */
export async function postWebhook(
  shop: Shop,
  body: string | Buffer,
  signature?: string,
  headers: Record<string, string> = {},
): Promise<Pick<Answer<{ code?: string; received?: true }>, 'status' | 'body'>> {
  const response = await fetch(`${shop.url}/webhooks/stripe`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(signature === undefined ? {} : { 'stripe-signature': signature }),
      ...headers,
    },
    body,
  });
  return { status: response.status, body: (await response.json()) as { code?: string; received?: true } };
}

export interface HeldEvent {
  type: string;
  paymentId: string;
  body: string;
}

/**
 * Stands between the provider and the shop and keeps what the provider posts, until it is delivered by hand. A request
 * of the API is answered only when its events are here and `whenHeld` is done with them.
 */
export class HeldWebhooks implements AsyncDisposable {
  readonly #byPayment = new Map<string, HeldEvent[]>();
  whenHeld: (event: HeldEvent) => Promise<void> | void = () => {};

  private constructor(
    private readonly shop: Shop,
    private readonly close: () => Promise<void>,
  ) {}

  static async of(shop: Shop): Promise<HeldWebhooks> {
    const server = createServer(async (request, response) => {
      await held.#keep(await text(request));
      response.end();
    });
    const held = new HeldWebhooks(shop, async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    shop.stripe.setWebhookUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`);
    shop.stripe.control.setWebhookFaults({ beforeResponse: true });
    return held;
  }

  /** What is known of one payment, the oldest first. */
  about(paymentId: string): readonly HeldEvent[] {
    return this.#byPayment.get(paymentId) ?? [];
  }

  /** Posts an event's own bytes to the shop; throws unless it takes them. */
  async deliver({ body, type }: HeldEvent): Promise<void> {
    const { status } = await postWebhook(this.shop, body, sign(this.shop, body));
    if (status !== 200) throw new Error(`the shop answered ${status} to ${type}`);
  }

  async #keep(body: string): Promise<void> {
    const { type, data } = JSON.parse(body) as {
      type: string;
      data: { object: { id: string; object: string; payment_intent?: string } };
    };
    const { id, payment_intent: about } = data.object;
    const event = { type, paymentId: about ?? id, body };
    this.#byPayment.set(event.paymentId, [...this.about(event.paymentId), event]);
    await this.whenHeld(event);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.shop.stripe.control.clearFaults();
    this.shop.stripe.setWebhookUrl(`${this.shop.url}/webhooks/stripe`);
    await this.close();
  }
}
