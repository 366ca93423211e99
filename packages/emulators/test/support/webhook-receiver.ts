import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { onTestFinished, vi } from 'vitest';

/** For `vi.waitFor`: only what fails waits so long. */
export const patience = { timeout: 30_000 };

interface Received {
  signature: string;
  body: string;
  event: Stripe.Event;
}

/** A webhook endpoint that keeps what it gets; `answer` decides the status of each, 200 by default. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  answer: (event: Stripe.Event, count: number) => number | Promise<number> = () => 200;
  url = '';
  /** The most requests that were open at the same time. */
  mostAtOnce = 0;
  #open = 0;

  static async start(port = 0): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    const server = createServer(async (request, response) => {
      receiver.#open++;
      receiver.mostAtOnce = Math.max(receiver.mostAtOnce, receiver.#open);
      const body = await textOf(request);
      const event = JSON.parse(body) as Stripe.Event;
      const signature = String(request.headers['stripe-signature']);
      receiver.received.push({ signature, body, event });
      const status = await receiver.answer(event, receiver.received.length);
      receiver.#open--;
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`;
    onTestFinished(async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    });
    return receiver;
  }

  get types(): string[] {
    return this.received.map(({ event }) => event.type);
  }

  /** Waits until `count` requests have come, and returns them. */
  async got(count: number): Promise<Received[]> {
    await vi.waitFor(
      () => {
        if (this.received.length < count) {
          throw new Error(`${this.received.length} of ${count} webhooks came: ${this.types.join(', ')}`);
        }
      },
      { ...patience, interval: 10 },
    );
    return this.received;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Whether the SDK takes a webhook as genuine. */
export function isAccepted({ body, signature }: Received, secret: string): boolean {
  try {
    new Stripe('sk_test_x').webhooks.constructEvent(body, signature, secret);
    return true;
  } catch {
    return false;
  }
}
