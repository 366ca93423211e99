import { describe, expect, test } from 'vitest';
import { isClientSideStripeCall, type StripeEmulator } from '../src/index.ts';
import { confirmAsBuyer, post, sdk, startStripe } from './support/stripe.ts';

const order = { amount: 249_900, currency: 'inr', metadata: { order_id: 'o-1' } };
/** What belongs to the shop and never reaches a buyer's device. */
const PRIVATE = ['metadata', 'latest_charge', 'amount_received', 'customer', 'payment_method_options'];

async function start(options: Parameters<typeof startStripe>[0] = {}) {
  const emulator = await startStripe(options);
  const stripe = sdk(emulator);
  return { emulator, stripe, intent: await stripe.paymentIntents.create(order) };
}

const retrieve = (emulator: StripeEmulator, id: string, query: Record<string, string>) =>
  fetch(`${emulator.url}/v1/payment_intents/${id}?${new URLSearchParams(query)}`);

describe("A buyer's device", () => {
  test('reads its payment with the client secret, without what is the shop’s', async () => {
    const { emulator, intent } = await start();
    const query = { key: emulator.publishableKey, client_secret: String(intent.client_secret) };
    const response = await retrieve(emulator, intent.id, query);
    const body = (await response.json()) as object;
    expect(body).toMatchObject({ id: intent.id, amount: 249_900, status: 'requires_payment_method' });
    for (const member of PRIVATE) expect(body).not.toHaveProperty(member);
  });

  test.for([
    ['no client secret', () => ({})],
    ['a wrong one', (id: string) => ({ client_secret: `${id}_secret_${'x'.repeat(25)}` })],
    ['an empty one', () => ({ client_secret: '' })],
  ] as const)('with %s reads and confirms nothing', async ([, secret]) => {
    const { emulator, stripe, intent } = await start();
    const query = { key: emulator.publishableKey, ...secret(intent.id) };
    expect((await retrieve(emulator, intent.id, query)).status).toBe(400);
    const confirm = `${emulator.url}/v1/payment_intents/${intent.id}/confirm`;
    expect((await post(confirm, { ...query, payment_method: 'pm_card_visa' })).status).toBe(400);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_payment_method');
  });

  test("does nothing with another payment's client secret", async () => {
    const { emulator, stripe, intent } = await start();
    const other = await stripe.paymentIntents.create(order);
    const mixed = { id: intent.id, client_secret: other.client_secret };
    expect((await confirmAsBuyer(emulator, mixed, 'pm_card_visa')).status).toBe(400);
  });

  test.for([
    ['amount', '100'],
    ['metadata[order_id]', 'o-2'],
    ['off_session', 'true'],
    ['currency', 'jpy'],
  ] as const)('cannot change %s while confirming', async ([name, value]) => {
    const { emulator, stripe, intent } = await start();
    const { status, body } = await confirmAsBuyer(emulator, intent, 'pm_card_visa', { [name]: value });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'parameter_unknown' });
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      amount: 249_900,
      currency: 'inr',
      status: 'requires_payment_method',
    });
  });

  test('sees no more of the payment in an error', async () => {
    const { emulator, intent } = await start();
    const declined = await confirmAsBuyer(emulator, intent, 'pm_card_chargeDeclined');
    expect(declined.status).toBe(402);
    await confirmAsBuyer(emulator, intent, 'pm_card_visa');
    const twice = await confirmAsBuyer(emulator, intent, 'pm_card_visa');
    expect(twice.body.error).toMatchObject({ code: 'payment_intent_unexpected_state' });
    for (const { body } of [declined, twice]) {
      expect(body.error?.payment_intent).toMatchObject({ id: intent.id });
      for (const member of PRIVATE) expect(body.error?.payment_intent).not.toHaveProperty(member);
    }
  });

  test.for([
    ['GET', '/v1/payment_intents'],
    ['POST', '/v1/payment_intents'],
    ['POST', '/v1/payment_intents/:id'],
    ['POST', '/v1/payment_intents/:id/cancel'],
    ['GET', '/v1/charges'],
    ['GET', '/v1/charges/ch_1'],
    ['POST', '/v1/refunds'],
    ['GET', '/v1/refunds/re_1'],
    ['GET', '/v1/disputes'],
    ['POST', '/v1/disputes/du_1/close'],
    ['GET', '/v1/events'],
    ['GET', '/v1/events/evt_1'],
  ] as const)('is refused %s %s', async ([method, path]) => {
    const { emulator, intent } = await start();
    const target = `${emulator.url}${path.replace(':id', intent.id)}`;
    const secret = String(intent.client_secret);
    const headers = { authorization: `Bearer ${emulator.publishableKey}` };
    const form = new URLSearchParams({ client_secret: secret });
    const response =
      method === 'GET'
        ? await fetch(`${target}?${form}`, { headers })
        : await fetch(target, { method, headers, body: form });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: 'secret_key_required' } });
  });

  test('in a browser may call from any origin', async () => {
    const { emulator, intent } = await start();
    const url = `${emulator.url}/v1/payment_intents/${intent.id}/confirm`;
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
    const { headers } = await confirmAsBuyer(emulator, intent, 'pm_card_visa');
    expect(headers.get('access-control-allow-origin')).toBe('*');
  });

  test('cannot pass for the shop: the secret key works in the header only', async () => {
    const { emulator } = await start();
    const form = { key: emulator.secretKey, amount: '1000', currency: 'inr' };
    expect((await post(`${emulator.url}/v1/payment_intents`, form)).status).toBe(401);
  });
});

describe('A 3D Secure challenge', () => {
  async function challenged(returnUrl?: string) {
    const { emulator, stripe, intent } = await start({ publicUrl: 'https://shop.example/emulators/stripe/' });
    const more: Record<string, string> = returnUrl ? { return_url: returnUrl } : {};
    const { body } = await confirmAsBuyer(emulator, intent, 'pm_card_threeDSecure2Required', more);
    const action = body.next_action as Record<string, Record<string, string>>;
    const url = String(action.redirect_to_url?.url ?? action.use_stripe_sdk?.stripe_js);
    const page = url.replace('https://shop.example/emulators/stripe', emulator.url);
    return { emulator, stripe, intent, body, url, page };
  }
  const decide = (page: string, verdict: 'complete' | 'fail', headers: Record<string, string> = {}) =>
    fetch(`${page}/${verdict}`, { method: 'POST', headers, redirect: 'manual' });

  test('is a page under the public URL that names the amount', async () => {
    const { body, url, page } = await challenged();
    expect(body).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
    expect(url).toMatch(/^https:\/\/shop\.example\/emulators\/stripe\/3d_secure\/tds_\w{32}$/);
    const html = await (await fetch(page)).text();
    expect(html).toContain('₹2,499.00');
    expect(html).toContain(`action="${url.split('/').at(-1)}/complete"`);
  });

  test('that is passed pays, and leads back to the shop', async () => {
    const { stripe, intent, page } = await challenged('https://shop.example/checkout?order=o-1');
    const response = await decide(page, 'complete');
    expect(response.status).toBe(303);
    const back = new URL(String(response.headers.get('location')));
    expect(Object.fromEntries(back.searchParams)).toEqual({
      order: 'o-1',
      payment_intent: intent.id,
      payment_intent_client_secret: intent.client_secret,
      redirect_status: 'succeeded',
    });
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  test('leads back into an app as well', async () => {
    const { page } = await challenged('vybekart://checkout');
    const response = await decide(page, 'fail');
    expect(response.headers.get('location')).toMatch(/^vybekart:\/\/checkout\?.*redirect_status=failed$/);
  });

  test('that is failed leaves the payment open, with the reason', async () => {
    const { emulator, stripe, intent, page } = await challenged();
    const response = await decide(page, 'fail', { accept: 'application/json' });
    const body = (await response.json()) as object;
    expect(body).toMatchObject({ status: 'requires_payment_method' });
    for (const member of PRIVATE) expect(body).not.toHaveProperty(member);
    const after = await stripe.paymentIntents.retrieve(intent.id);
    expect(after.last_payment_error?.code).toBe('payment_intent_authentication_failure');
    expect(after.next_action).toBeNull();
    expect((await confirmAsBuyer(emulator, intent, 'pm_card_visa')).body.status).toBe('succeeded');
  });

  test('is decided once', async () => {
    const { stripe, intent, page } = await challenged();
    expect((await decide(page, 'complete')).status).toBe(200);
    expect((await decide(page, 'fail')).status).toBe(404);
    expect((await fetch(page)).status).toBe(404);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  test.for(['cancel', 'another card'] as const)('is over after %s', async (how) => {
    const { emulator, stripe, intent, page } = await challenged();
    if (how === 'cancel') await stripe.paymentIntents.cancel(intent.id);
    else await confirmAsBuyer(emulator, intent, 'pm_card_visa');
    expect((await decide(page, 'complete')).status).toBe(404);
    const { status } = await stripe.paymentIntents.retrieve(intent.id);
    expect(status).toBe(how === 'cancel' ? 'canceled' : 'succeeded');
  });

  test('can be answered through the control port', async () => {
    const { emulator, stripe, intent } = await challenged();
    emulator.control.answerChallenge(intent.id, true);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
    expect(() => emulator.control.answerChallenge(intent.id, true)).toThrow('no open challenge');
  });

  test.for(['javascript:alert(1)', 'data:text/html,x', '/relative', ''])(
    'never leads to %j',
    async (returnUrl) => {
      const { emulator, intent } = await start();
      const { status, body } = await confirmAsBuyer(emulator, intent, 'pm_card_visa', {
        return_url: returnUrl,
      });
      expect(status).toBe(400);
      expect(body.error).toMatchObject({ param: 'return_url' });
    },
  );
});

describe('What a proxy may let through', () => {
  test.for<[method: string, path: string, isLetThrough: boolean]>([
    ['POST', '/v1/payment_intents/pi_1/confirm', true],
    ['GET', '/v1/payment_intents/pi_1', true],
    ['OPTIONS', '/v1/payment_intents/pi_1/confirm', true],
    ['OPTIONS', '/v1/payment_intents/pi_1', true],
    ['GET', '/3d_secure/tds_1', true],
    ['POST', '/3d_secure/tds_1/complete', true],
    ['POST', '/3d_secure/tds_1/fail', true],
    ['POST', '/v1/payment_intents', false],
    ['GET', '/v1/payment_intents', false],
    ['POST', '/v1/payment_intents/pi_1', false],
    ['POST', '/v1/payment_intents/pi_1/cancel', false],
    ['DELETE', '/v1/payment_intents/pi_1', false],
    ['OPTIONS', '/v1/payment_intents/pi_1/cancel', false],
    ['POST', '/v1/refunds', false],
    ['GET', '/v1/events', false],
    ['POST', '/_control/settle', false],
    ['GET', '/v1/payment_intents/../events', false],
    ['GET', '/v1/payment_intents/..%2fevents', false],
    ['POST', '/v1/payment_intents/pi_1/confirm/', false],
    ['POST', '//v1/payment_intents/pi_1/confirm', false],
    ['GET', '/3d_secure/', false],
    ['GET', '/3d_secure/tds_1/complete', false],
    ['GET', '/3d_secure/../_control/settle', false],
  ])('%s %s: %s', ([method, path, isLetThrough]) => {
    expect(isClientSideStripeCall(method, path)).toBe(isLetThrough);
  });
});
