import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebhookInbox } from '../../src/payments/webhook-inbox.ts';
import { newId } from '../../src/platform/ids.ts';
import { expectInvariants } from './invariants.ts';
import { type Shop, startShop } from './start-shop.ts';
import { nowSeconds, postWebhook, type SignOptions, sign as signWebhook } from './webhooks-by-hand.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const sign = (payload: string, options?: SignOptions) => signWebhook(shop, payload, options);
const eventId = () => `evt_${newId().replaceAll('-', '')}`;
const event = (changes: object = {}, object: object = {}) =>
  JSON.stringify({
    id: eventId(),
    object: 'event',
    livemode: false,
    type: 'customer.created',
    data: { object },
    ...changes,
  });
const post = (body: string | Buffer, signature?: string, headers?: Record<string, string>) =>
  postWebhook(shop, body, signature, headers);
const stored = () => shop.rows('select id from payment_events order by id');
async function leavesNoTrace(act: () => ReturnType<typeof post>, expected: object) {
  const before = await stored();
  expect(await act()).toMatchObject(expected);
  expect(await stored()).toEqual(before);
}

describe('an event is refused and leaves no trace', () => {
  test.each<[string, (payload: string) => [string, string | undefined]]>([
    ['without a signature', (payload) => [payload, undefined]],
    ['with an empty signature', (payload) => [payload, '']],
    ['with a signature that is none', (payload) => [payload, 'v1=xyz']],
    [
      'with the signature of another secret',
      (payload) => [payload, sign(payload, { secret: 'whsec_other' })],
    ],
    ['with a signature of the empty secret', (payload) => [payload, sign(payload, { secret: '' })]],
    ['with a v0 signature alone', (payload) => [payload, sign(payload, { scheme: 'v0' })]],
    ['signed more than 300 s ago', (payload) => [payload, sign(payload, { timestamp: nowSeconds() - 302 })]],
    [
      'signed more than 300 s ahead',
      (payload) => [payload, sign(payload, { timestamp: nowSeconds() + 320 })],
    ],
    ['with a body that is longer by one space', (payload) => [`${payload} `, sign(payload)]],
    [
      'with a second time that hides the first',
      (payload) => [payload, `${sign(payload, { timestamp: nowSeconds() + 9999 })},t=${nowSeconds()}`],
    ],
  ])('%s', (_, make) => {
    const [payload, signature] = make(event());
    return leavesNoTrace(() => post(payload, signature), {
      status: 400,
      body: { code: 'invalid_signature' },
    });
  });

  test('of live mode, where test mode is configured', () => {
    const live = event({ livemode: true });
    return leavesNoTrace(() => post(live, sign(live)), { status: 400, body: { code: 'unknown_event' } });
  });

  test('that is thin (v2)', () => {
    const thin = event({ id: 'evt_thin', object: 'v2.core.event' });
    return leavesNoTrace(() => post(thin, sign(thin)), { status: 400, body: { code: 'unknown_event' } });
  });

  test.each<[string, object]>([
    ['no event of Stripe’s', { id: 'x' }],
    ['an id that is a number', { id: 1 }],
    ['no type', { type: '' }],
    ['a type of 201 characters', { type: 'x'.repeat(201) }],
    ['no object', { data: {} }],
    ['an object that is a text', { data: { object: 'x' } }],
  ])('with %s, although it is signed', (_, changes) => {
    const odd = event(changes);
    return leavesNoTrace(() => post(odd, sign(odd)), { status: 400, body: { code: 'unknown_event' } });
  });

  test('that is no JSON, although it is signed', () =>
    leavesNoTrace(() => post('{"id":', sign('{"id":')), { status: 400, body: { code: 'malformed_json' } }));

  test('that is compressed', () => {
    const plain = event();
    return leavesNoTrace(() => post(plain, sign(plain), { 'content-encoding': 'gzip' }), { status: 415 });
  });

  test('that is compressed and does not say so', () => {
    const plain = event();
    return leavesNoTrace(() => post(gzipSync(plain), sign(plain)), { status: 400 });
  });

  test('of another content type', () => {
    const plain = event();
    return leavesNoTrace(() => post(plain, sign(plain), { 'content-type': 'application/xml' }), {
      status: 415,
    });
  });

  test('of two megabytes', () => {
    const huge = event({}, { padding: 'x'.repeat(2 * 1024 * 1024) });
    return leavesNoTrace(() => post(huge, sign(huge)), {
      status: 413,
      body: { code: 'payload_too_large' },
    });
  });
});

describe('an event is stored, answered and left alone', () => {
  const settled = async (payload: string) => {
    expect(await post(payload, sign(payload))).toEqual({ status: 200, body: { received: true } });
    await shop.quiet();
    const { id } = JSON.parse(payload) as { id: string };
    const [row] = await shop.rows<{ processed_at: Date | null; quarantined_because: string | null }>(
      'select processed_at, quarantined_because from payment_events where id = $1',
      [id],
    );
    return row;
  };

  test.each<[string, object, object]>([
    ['of an unknown type', { type: 'invented.thing' }, {}],
    ['of another API version', { api_version: '2019-01-01' }, {}],
    [
      'about a stranger’s payment',
      { type: 'payment_intent.succeeded' },
      { id: 'pi_stranger', amount: 1, currency: 'usd', metadata: {} },
    ],
    ['about a stranger’s refund', { type: 'refund.updated' }, { id: 're_stranger' }],
    ['about a stranger’s dispute', { type: 'charge.dispute.created' }, { payment_intent: 'pi_stranger' }],
  ])('%s', async (_, changes, object) => {
    expect(await settled(event(changes, object))).toEqual({
      processed_at: expect.any(Date),
      quarantined_because: null,
    });
  });

  test('and quarantined when its amount is not what the order costs', async () => {
    const seller = await shop.seller();
    const placed = await shop.placed(await shop.buyer(), await shop.product(seller, 1));
    const told = shop.log.errors.length;
    const row = await settled(
      event(
        { type: 'payment_intent.succeeded' },
        {
          id: placed.payment.paymentIntentId,
          amount: 1,
          currency: 'inr',
          metadata: { order_id: placed.order.id },
        },
      ),
    );
    expect(row?.quarantined_because).toContain(placed.order.id);
    expect(shop.log.errors.length).toBeGreaterThan(told);
    expect(await shop.status(placed.order.id)).toBe('pending');
    await expectInvariants(shop);
  });

  test('and tried again while its order is not there', async () => {
    const payload = event(
      { type: 'payment_intent.succeeded' },
      { id: `pi_${eventId()}`, amount: 1, currency: 'inr', metadata: { order_id: newId() } },
    );
    expect((await post(payload, sign(payload))).status).toBe(200);
    const { id } = JSON.parse(payload) as { id: string };
    await expect
      .poll(() =>
        shop.rows<{ attempts: number }>(
          `select id from graphile_worker.jobs where key = 'payments:apply-event:' || $1 and attempts > 0`,
          [id],
        ),
      )
      .toHaveLength(1);
    const [row] = await shop.rows('select processed_at from payment_events where id = $1', [id]);
    expect(row).toEqual({ processed_at: null });
  });
});

describe('after ninety days', () => {
  test('an event that is done with is forgotten; what a person must see, or what waits, is not', async () => {
    await shop.database.pool.query('delete from payment_events');
    await shop.database.pool.query(`
      insert into payment_events (id, type, payload, received_at, processed_at, quarantined_because)
      select id, 'customer.created', '{}', now() - age, done, reason from (values
        ('evt_old_done', interval '91 days', now(), null),
        ('evt_young_done', interval '89 days', now(), null),
        ('evt_old_waiting', interval '91 days', null, null),
        ('evt_old_quarantined', interval '400 days', now(), 'another amount')
      ) as event(id, age, done, reason)`);
    await shop.get(WebhookInbox).purge();
    expect((await stored()).map((row) => (row as { id: string }).id)).toEqual([
      'evt_old_quarantined',
      'evt_old_waiting',
      'evt_young_done',
    ]);
  });
});
