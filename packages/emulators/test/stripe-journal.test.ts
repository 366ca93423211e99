import { appendFile, open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { StripeEmulator } from '../src/index.ts';
import { ManualClock } from './support/manual-clock.ts';
import { confirmAsBuyer, refusal, sdk, startStripe, temporaryDirectory } from './support/stripe.ts';
import { WebhookReceiver } from './support/webhook-receiver.ts';

const order = { amount: 1000, currency: 'inr' };
const journalOf = (dir: string) => join(dir, 'stripe.journal');

/** A closed journal with `count` payments; returns their ids and the length of the file after each. */
async function journalled(dir: string, count: number) {
  const emulator = await StripeEmulator.start({ dir });
  const made: { id: string; endsAt: number }[] = [];
  for (let n = 0; n < count; n++) {
    const { id } = await sdk(emulator).paymentIntents.create({ ...order, amount: 1000 + n });
    made.push({ id, endsAt: (await stat(journalOf(dir))).size });
  }
  await emulator.close();
  return made;
}

async function idsIn(dir: string): Promise<string[]> {
  const emulator = await startStripe({ dir });
  const { data } = await sdk(emulator).paymentIntents.list({ limit: 100 });
  await emulator.close();
  return data.map(({ id }) => id).reverse();
}

describe('The journal', () => {
  test('is read by its owner only', async () => {
    const dir = await temporaryDirectory();
    await journalled(dir, 1);
    expect((await stat(journalOf(dir))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dir, 'stripe-keys.json'))).mode & 0o777).toBe(0o600);
  });

  test('whose last record was cut at any byte keeps all before it, and goes on', async () => {
    const dir = await temporaryDirectory();
    const made = await journalled(dir, 3);
    const whole = await readFile(journalOf(dir));
    const before = made[1]?.endsAt ?? 0;
    const cuts = [
      before + 1,
      before + 8,
      before + 9,
      before + 12,
      before + 13,
      before + 40,
      whole.length - 1,
    ];
    for (const cut of cuts) {
      await truncate(journalOf(dir), 0);
      await appendFile(journalOf(dir), whole.subarray(0, cut));
      expect(await idsIn(dir), `cut at byte ${cut}`).toEqual(made.slice(0, 2).map(({ id }) => id));
      expect((await stat(journalOf(dir))).size).toBe(before);
    }
  });

  test('that ends in zeros, as after a power cut, keeps all before them', async () => {
    const dir = await temporaryDirectory();
    const made = await journalled(dir, 2);
    await appendFile(journalOf(dir), Buffer.alloc(4096));
    expect(await idsIn(dir)).toEqual(made.map(({ id }) => id));
  });

  test('that is damaged in its middle stops the start instead of losing what follows', async () => {
    const dir = await temporaryDirectory();
    const made = await journalled(dir, 3);
    for (const offset of [3, 60]) {
      const position = (made[0]?.endsAt ?? 0) + offset;
      const file = await open(journalOf(dir), 'r+');
      const byte = Buffer.alloc(1);
      await file.read(byte, 0, 1, position);
      await file.write(Buffer.from('?'), 0, 1, position);
      await file.close();
      await expect(StripeEmulator.start({ dir })).rejects.toThrow('damaged at byte');
      const repaired = await open(journalOf(dir), 'r+');
      await repaired.write(byte, 0, 1, position);
      await repaired.close();
    }
    expect(await idsIn(dir)).toEqual(made.map(({ id }) => id));
  });

  test('is rewritten at start when it is long, and holds the same account', async () => {
    const dir = await temporaryDirectory();
    const clock = new ManualClock();
    const key = { idempotencyKey: 'order:1:refund:1' };
    const full = await StripeEmulator.start({ dir, clock });
    const stripe = sdk(full);
    const intent = await stripe.paymentIntents.create(order);
    for (let n = 0; n < 200; n++) await stripe.paymentIntents.update(intent.id, { metadata: { n } });
    clock.advance(25 * 3600_000);
    await confirmAsBuyer(full, intent, 'pm_card_visa');
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 400 }, key);
    const before = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    const events = (await stripe.events.list()).data;
    await full.close();
    const { size } = await stat(journalOf(dir));

    const compacted = await startStripe({ dir, clock, compactAboveBytes: 10_000 });
    expect((await stat(journalOf(dir))).size).toBeLessThan(size / 10);
    const again = sdk(compacted);
    const strip = <T extends object>({ lastResponse: _, ...object }: T & { lastResponse?: unknown }) =>
      object;
    const after = await again.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(strip(after)).toEqual(strip(before));
    expect((await again.events.list()).data).toEqual(events);
    expect((await again.refunds.list({ payment_intent: intent.id })).data[0]?.id).toBe(refund.id);
    const replayed = await again.refunds.create({ payment_intent: intent.id, amount: 400 }, key);
    expect(replayed.id).toBe(refund.id);
    await again.paymentIntents.update(intent.id, { metadata: { last: 'yes' } });
    await compacted.close();

    const third = await startStripe({ dir });
    expect((await sdk(third).paymentIntents.retrieve(intent.id)).metadata).toMatchObject({ last: 'yes' });
  });

  test('that is long because much is in it is left as it is', async () => {
    const dir = await temporaryDirectory();
    const made = await journalled(dir, 30);
    const { size } = await stat(journalOf(dir));
    const emulator = await startStripe({ dir, compactAboveBytes: 10_000 });
    await emulator.close();
    expect((await stat(journalOf(dir))).size).toBe(size);
    expect(await idsIn(dir)).toEqual(made.map(({ id }) => id));
  });

  test('remembers which webhooks arrived: a restart sends the others only', async () => {
    const dir = await temporaryDirectory();
    const clock = new ManualClock();
    const receiver = await WebhookReceiver.start();
    const first = await StripeEmulator.start({ dir, clock, webhookUrl: receiver.url });
    receiver.answer = (event) => (event.type === 'payment_intent.created' ? 200 : 500);
    const intent = await sdk(first).paymentIntents.create(order);
    await confirmAsBuyer(first, intent, 'pm_card_visa');
    await receiver.got(3);
    await expect.poll(() => first.control.webhookAttempts().length).toBe(3);
    await expect
      .poll(async () =>
        (await sdk(first).events.list()).data.map(({ pending_webhooks }) => pending_webhooks).sort(),
      )
      .toEqual([0, 1, 1]);
    await first.close();

    receiver.answer = () => 200;
    clock.advance(5 * 60_000);
    await startStripe({ dir, clock, webhookUrl: receiver.url });
    await receiver.got(5);
    expect(receiver.types.slice(3).sort()).toEqual(['charge.succeeded', 'payment_intent.succeeded']);
  });
});

describe('A disk that fails for a moment', () => {
  test('answers 500, tells no webhook, and the retry gets the one payment', async () => {
    const dir = await temporaryDirectory();
    const receiver = await WebhookReceiver.start();
    const emulator = await startStripe({ dir, webhookUrl: receiver.url });
    const stripe = sdk(emulator);
    const create = () => stripe.paymentIntents.create(order, { idempotencyKey: 'order:1:pi:1' });
    const handle = await open(join(dir, 'any'), 'w');
    const sync = vi
      .spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync')
      .mockRejectedValue(new Error('ENOSPC: no space left on device'));
    await handle.close();
    expect(await refusal(create())).toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
    expect(await refusal(create())).toMatchObject({ statusCode: 500 });
    expect(receiver.received).toEqual([]);
    sync.mockRestore();

    const intent = await create();
    expect(intent.lastResponse.headers['idempotent-replayed']).toBe('true');
    const [webhook] = await receiver.got(1);
    expect(webhook?.event.data.object).toMatchObject({ id: intent.id });
    await emulator.close();
    expect(await idsIn(dir)).toEqual([intent.id]);
  });
});

describe('A start that fails', () => {
  test('because the port is taken leaves nothing open, and the next one works', async () => {
    const dir = await temporaryDirectory();
    const { port } = await startStripe();
    await expect(StripeEmulator.start({ dir, port })).rejects.toThrow('EADDRINUSE');
    expect(await idsIn(dir)).toEqual([]);
  });
});

describe('Keys', () => {
  test('are made once for a directory, and a given one has the word', async () => {
    const dir = await temporaryDirectory();
    const first = await startStripe({ dir });
    await first.close();
    const second = await startStripe({ dir, webhookSecret: 'whsec_given' });
    expect(second.secretKey).toBe(first.secretKey);
    expect(second.publishableKey).toBe(first.publishableKey);
    expect(second.webhookSecret).toBe('whsec_given');
    expect((await startStripe()).secretKey).not.toBe(first.secretKey);
  });

  test('of live mode are refused', async () => {
    await expect(StripeEmulator.start({ secretKey: 'sk_live_x' })).rejects.toThrow('sk_test_');
    await expect(StripeEmulator.start({ publishableKey: 'pk_live_x' })).rejects.toThrow('pk_test_');
  });
});
