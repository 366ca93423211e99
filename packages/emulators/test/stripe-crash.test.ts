import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type Stripe from 'stripe';
import { describe, expect, onTestFinished, test } from 'vitest';
import { confirmAsBuyer, sdk, temporaryDirectory } from './support/stripe.ts';
import { WebhookReceiver } from './support/webhook-receiver.ts';

interface Running {
  child: ChildProcess;
  port: number;
  url: string;
  secretKey: string;
  publishableKey: string;
}

async function startProcess(dir: string, webhookUrl: string): Promise<Running> {
  const script = fileURLToPath(new URL('support/emulator-process.ts', import.meta.url));
  const child = fork(script, [dir, webhookUrl], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => kill(child));
  const [started] = (await once(child, 'message')) as [Omit<Running, 'child'>];
  return { child, ...started };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** What clients were told before the process died. */
interface Acknowledged {
  created: Map<string, string>;
  paid: Set<string>;
  refunded: Map<string, string>;
}

/** Creates, pays and refunds until the emulator is gone, and writes down every answer. */
async function shop(running: Running, prefix: string, acknowledged: Acknowledged): Promise<void> {
  const stripe = sdk(running);
  for (let n = 0; ; n++) {
    const key = `${prefix}:${n}`;
    try {
      const intent = await stripe.paymentIntents.create(
        { amount: 1000 + n, currency: 'inr', metadata: { order_id: key } },
        { idempotencyKey: key },
      );
      acknowledged.created.set(key, intent.id);
      const confirmed = await confirmAsBuyer(running, intent, 'pm_card_visa');
      if (confirmed.body.status === 'succeeded') acknowledged.paid.add(intent.id);
      if (n % 3) continue;
      const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 100 });
      acknowledged.refunded.set(refund.id, intent.id);
    } catch {
      return;
    }
  }
}

describe('An emulator that is killed in the middle of its work', () => {
  test('loses nothing that it acknowledged, and its events arrive after the restart', async () => {
    const dir = await temporaryDirectory();
    const receiver = await WebhookReceiver.start();
    // Some deliveries fail, so that retries too are under way when the process dies.
    receiver.answer = (_, count) => (count % 5 === 0 ? 500 : 200);
    const acknowledged: Acknowledged = { created: new Map(), paid: new Set(), refunded: new Map() };
    let secretKey = '';
    for (let round = 0; round < 3; round++) {
      const running = await startProcess(dir, receiver.url);
      if (round > 0) expect(running.secretKey).toBe(secretKey);
      secretKey = running.secretKey;
      const target = acknowledged.paid.size + 40 + round * 30;
      const shops = Promise.all(
        Array.from({ length: 8 }, (_, n) => shop(running, `round${round}:shop${n}`, acknowledged)),
      );
      await expect.poll(() => acknowledged.paid.size >= target, { timeout: 45_000, interval: 5 }).toBe(true);
      await kill(running.child);
      await shops;
    }

    receiver.answer = () => 200;
    const running = await startProcess(dir, receiver.url);
    const stripe = sdk(running);
    const intents = new Map<string, Stripe.PaymentIntent>();
    for await (const intent of stripe.paymentIntents.list({ limit: 100 })) intents.set(intent.id, intent);

    for (const [key, id] of acknowledged.created) expect(intents.get(id)?.metadata.order_id).toBe(key);
    for (const id of acknowledged.paid) expect(intents.get(id)?.status).toBe('succeeded');
    for (const [id, intentId] of acknowledged.refunded) {
      expect((await stripe.refunds.retrieve(id)).payment_intent).toBe(intentId);
    }
    const byOrder = Map.groupBy(intents.values(), ({ metadata }) => metadata.order_id);
    expect([...byOrder.values()].every((same) => same.length === 1)).toBe(true);

    const [sample] = acknowledged.created;
    const [key, id] = sample ?? ['', ''];
    const amount = 1000 + Number(key.split(':').at(-1));
    const replayed = await stripe.paymentIntents.create(
      { amount, currency: 'inr', metadata: { order_id: key } },
      { idempotencyKey: key },
    );
    expect(replayed.id).toBe(id);

    const expected = new Map<string, string>();
    for await (const event of stripe.events.list({ limit: 100 })) expected.set(event.id, event.type);
    await expect
      .poll(
        () => {
          const delivered = new Set(receiver.received.map(({ event }) => event.id));
          return [...expected.keys()].filter((eventId) => !delivered.has(eventId)).length;
        },
        { timeout: 45_000, interval: 50 },
      )
      .toBe(0);
    const succeeded = new Set(
      receiver.received
        .filter(({ event }) => event.type === 'payment_intent.succeeded')
        .map(({ event }) => (event.data.object as Stripe.PaymentIntent).id),
    );
    expect([...acknowledged.paid].filter((paidId) => !succeeded.has(paidId))).toEqual([]);
    expect(acknowledged.paid.size).toBeGreaterThan(150);
  }, 180_000);

  test('never tells a webhook of what it then forgets', async () => {
    const dir = await temporaryDirectory();
    const receiver = await WebhookReceiver.start();
    const first = await startProcess(dir, receiver.url);
    const acknowledged: Acknowledged = { created: new Map(), paid: new Set(), refunded: new Map() };
    const shops = Promise.all(Array.from({ length: 8 }, (_, n) => shop(first, `shop${n}`, acknowledged)));
    await receiver.got(100);
    await kill(first.child);
    await shops;
    const told = receiver.received.map(({ event }) => event);

    const second = await startProcess(dir, receiver.url);
    const stripe = sdk(second);
    const known = new Set<string>();
    for await (const { id } of stripe.events.list({ limit: 100 })) known.add(id);
    expect(told.filter(({ id }) => !known.has(id))).toEqual([]);
  }, 120_000);
});
