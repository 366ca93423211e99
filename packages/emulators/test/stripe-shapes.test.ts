import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import type * as charges from '../src/stripe/charge-objects.ts';
import { API_VERSION, type Event } from '../src/stripe/event-objects.ts';
import type * as payments from '../src/stripe/payment-objects.ts';
import { confirmAsBuyer, sdk, startStripe } from './support/stripe.ts';
import { WebhookReceiver } from './support/webhook-receiver.ts';

/** Compiles only while each object of the emulator is what the SDK's types demand. */
type IsAssignable<Ours extends Theirs, Theirs> = Ours;
type Checked = [
  IsAssignable<payments.PaymentIntent, Stripe.PaymentIntent>,
  IsAssignable<payments.PaymentMethod, Stripe.PaymentMethod>,
  IsAssignable<charges.Charge, Stripe.Charge>,
  IsAssignable<charges.Refund, Stripe.Refund>,
  IsAssignable<Omit<charges.Dispute, 'evidence'>, Omit<Stripe.Dispute, 'evidence'>>,
  IsAssignable<Omit<Event, 'type' | 'data'>, Omit<Stripe.Event, 'type' | 'data'>>,
];

const sdkDirectory = join(dirname(createRequire(import.meta.url).resolve('stripe')), '..', 'esm');

/** The members of an interface in the SDK's declarations; a required one is mapped to true. */
function membersOf(file: string, name: string): Map<string, boolean> {
  const source = readFileSync(join(sdkDirectory, 'resources', file), 'utf8');
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1];
  if (body === undefined) throw new Error(`${file} declares no ${name}`);
  const members = new Map<string, boolean>();
  for (const [, member, optional] of body.matchAll(/^ {4}(\w+)(\??):/gm))
    members.set(String(member), optional === '');
  return members;
}

function expectShape(object: unknown, file: string, name: string): void {
  const members = membersOf(file, name);
  const keys = Object.keys(object as object).filter((key) => key !== 'lastResponse');
  const required = [...members].filter(([, isRequired]) => isRequired).map(([member]) => member);
  expect(keys, `${name} has every required member`).toEqual(expect.arrayContaining(required));
  expect(
    keys.filter((key) => !members.has(key)),
    `${name} has no member of our own making`,
  ).toEqual([]);
}

describe('The JSON of the emulator', () => {
  test('follows the API version of the SDK', () => {
    const declared = readFileSync(join(sdkDirectory, 'apiVersion.js'), 'utf8');
    expect(declared).toContain(`'${API_VERSION}'`);
    const assignable: Checked['length'] = 6;
    expect(assignable).toBe(6);
  });

  test('has the members that the SDK declares, in answers and in events', async () => {
    const receiver = await WebhookReceiver.start();
    const emulator = await startStripe({ webhookUrl: receiver.url });
    const stripe = sdk(emulator);
    const created = await stripe.paymentIntents.create({ amount: 1000, currency: 'inr' });
    expectShape(created, 'PaymentIntents.d.ts', 'PaymentIntent');
    await confirmAsBuyer(emulator, created, 'pm_card_chargeDeclined');
    const failed = await stripe.paymentIntents.retrieve(created.id, { expand: ['latest_charge'] });
    expectShape(failed, 'PaymentIntents.d.ts', 'PaymentIntent');
    expectShape(failed.latest_charge, 'Charges.d.ts', 'Charge');
    expectShape(failed.last_payment_error?.payment_method, 'PaymentMethods.d.ts', 'PaymentMethod');
    await confirmAsBuyer(emulator, created, 'pm_card_visa');
    const paid = await stripe.paymentIntents.retrieve(created.id);
    expectShape(await stripe.charges.retrieve(String(paid.latest_charge)), 'Charges.d.ts', 'Charge');
    const refund = await stripe.refunds.create({ payment_intent: created.id, amount: 300 });
    expectShape(refund, 'Refunds.d.ts', 'Refund');
    const dispute = await stripe.disputes.retrieve(emulator.control.openDispute(created.id));
    expectShape(dispute, 'Disputes.d.ts', 'Dispute');
    const source = readFileSync(join(sdkDirectory, 'resources', 'Disputes.d.ts'), 'utf8');
    const evidence = /interface Evidence \{\n([\s\S]*?)\n {4}\}/.exec(source)?.[1] ?? '';
    const fields = [...evidence.matchAll(/^ {8}(\w+):/gm)].map(([, field]) => field);
    expect(fields.length).toBeGreaterThan(20);
    expect(Object.keys(dispute.evidence).sort()).toEqual(fields.sort());

    const received = await receiver.got(9);
    const known = readFileSync(join(sdkDirectory, 'resources', 'Events.d.ts'), 'utf8');
    for (const { event } of received) {
      expectShape(event, 'Events.d.ts', 'EventBase');
      expect(known).toContain(`type: '${event.type}'`);
    }
    const list = await stripe.events.list();
    expect(
      Object.keys(list)
        .filter((key) => key !== 'lastResponse')
        .sort(),
    ).toEqual(['data', 'has_more', 'object', 'url']);
  });
});
