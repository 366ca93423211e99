import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { confirmAsBuyer, sdk, startStripe } from './support/stripe.ts';

const order = 'amount=1000&currency=inr';

async function start() {
  const emulator = await startStripe();
  const headers = {
    authorization: `Bearer ${emulator.secretKey}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const create = (body: string, more: Record<string, string> = {}) =>
    fetch(`${emulator.url}/v1/payment_intents`, { method: 'POST', headers: { ...headers, ...more }, body });
  return { emulator, headers, create };
}

describe('The API over HTTP', () => {
  test('echoes the version, and names the request in a header and in its errors', async () => {
    const { create } = await start();
    const good = await create(order, { 'stripe-version': '2025-01-27.acacia' });
    expect(good.headers.get('stripe-version')).toBe('2025-01-27.acacia');
    expect(good.headers.get('request-id')).toMatch(/^req_\w{14}$/);
    const bad = await create('amount=1000');
    const { error } = (await bad.json()) as { error: Record<string, string> };
    expect(error.request_log_url).toContain(bad.headers.get('request-id'));
    expect(error.doc_url).toMatch(/error-codes\/parameter-missing$/);
    expect((await create(order, { 'stripe-version': 'yesterday' })).status).toBe(400);
  });

  test('takes the secret key as bearer or as the user of basic authentication', async () => {
    const { emulator, create } = await start();
    const basic = Buffer.from(`${emulator.secretKey}:`).toString('base64');
    expect((await create(order, { authorization: `Basic ${basic}` })).status).toBe(200);
    expect((await create(order, { authorization: 'Bearer' })).status).toBe(401);
    expect((await create(order, { authorization: `Bearer ${emulator.secretKey}x` })).status).toBe(401);
    const anonymous = await fetch(`${emulator.url}/v1/payment_intents`);
    expect(anonymous.status).toBe(401);
    expect(JSON.stringify(await anonymous.json())).not.toContain(emulator.secretKey);
  });

  test.for<[name: string, body: string]>([
    ['a broken escape', 'amount=%zz'],
    ['a name that never closes', 'metadata[a=1'],
    ['a name that begins with a bracket', '[a]=1'],
    ['a value that is also a group', 'metadata=1&metadata[a]=2'],
    ['a group that is also a value', 'metadata[a]=2&metadata=1'],
    ['twenty levels', `metadata${'[a]'.repeat(20)}=1`],
    ['a thousand and one parameters', Array.from({ length: 1001 }, (_, n) => `metadata[${n}]=1`).join('&')],
    ['a group where a text belongs', `${order}&description[a]=1`],
    ['a text where a group belongs', `${order}&shipping=1`],
    ['an empty text', `${order}&description=`],
  ])('answers 400 to %s', async ([, body]) => {
    const { emulator, create } = await start();
    const response = await create(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect((await sdk(emulator).paymentIntents.list()).data).toEqual([]);
  });

  test('answers 400 to JSON, 413 to a body of 300 kB, 404 to a URL that is none', async () => {
    const { emulator, headers, create } = await start();
    const json = await create('{"amount":1000,"currency":"inr"}', { 'content-type': 'application/json' });
    expect(json.status).toBe(400);
    expect((await create(`${order}&description=${'x'.repeat(300_000)}`)).status).toBe(413);
    for (const path of [
      '/v1/nothing',
      '/v1/payment_intents/a/b/c',
      '/v2/core',
      '/',
      '/v1/payment_intents/%2e%2e',
    ]) {
      expect((await fetch(emulator.url + path, { headers })).status, path).toBe(404);
    }
    expect((await create(order)).status).toBe(200);
  });

  test('stays up when a client leaves in the middle of its request', async () => {
    const { emulator, create } = await start();
    const socket = connect(emulator.port, '127.0.0.1');
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    socket.write('POST /v1/payment_intents HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\namount=');
    socket.destroy();
    expect((await create(order)).status).toBe(200);
  });

  test('reads lists, whatever way they are written', async () => {
    const { emulator, headers, create } = await start();
    const { id } = (await (await create(order)).json()) as { id: string };
    await confirmAsBuyer(emulator, { id, client_secret: null }, 'pm_card_visa');
    await sdk(emulator).paymentIntents.confirm(id, { payment_method: 'pm_card_visa', use_stripe_sdk: true });
    for (const query of [
      'expand[]=latest_charge',
      'expand[0]=latest_charge',
      'expand%5B0%5D=latest_charge',
    ]) {
      const response = await fetch(`${emulator.url}/v1/payment_intents/${id}?${query}`, { headers });
      expect(await response.json(), query).toMatchObject({ latest_charge: { object: 'charge' } });
    }
    const list = await fetch(`${emulator.url}/v1/payment_intents?expand[]=data.latest_charge`, { headers });
    expect(await list.json()).toMatchObject({ data: [{ latest_charge: { object: 'charge' } }] });
  });
});

describe('A list', () => {
  test.for(['limit=0', 'limit=101', 'limit=x', 'starting_after=pi_nothing', 'created[near]=1', 'colour=red'])(
    'is refused with %s',
    async (query) => {
      const { emulator, headers } = await start();
      expect((await fetch(`${emulator.url}/v1/payment_intents?${query}`, { headers })).status).toBe(400);
    },
  );

  test('goes backwards too, from an object towards the newest', async () => {
    const { emulator, create } = await start();
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push(((await (await create(order)).json()) as { id: string }).id);
    const { data, has_more } = await sdk(emulator).paymentIntents.list({ ending_before: ids[1], limit: 2 });
    expect(data.map(({ id }) => id)).toEqual([ids[3], ids[2]]);
    expect(has_more).toBe(true);
  });
});

describe('The control port', () => {
  const command = (url: string, token: string, name: string, input: object = {}) =>
    fetch(`${url}/_control/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(input),
    });

  test('obeys whoever holds its token', async () => {
    const { emulator } = await start();
    const { url, control } = emulator;
    const stripe = sdk(emulator);
    const intent = await stripe.paymentIntents.create({ amount: 1000, currency: 'inr' });
    const fault = { fault: { kind: 'rate_limit' }, requests: { path: '/confirm' } };
    expect((await command(url, control.token, 'failRequests', fault)).status).toBe(200);
    expect((await confirmAsBuyer(emulator, intent, 'pm_card_visa')).status).toBe(429);
    await confirmAsBuyer(emulator, intent, 'pm_upi_delayed');
    await command(url, control.token, 'settle', { id: intent.id, outcome: 'succeeded' });
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
    const disputed = await command(url, control.token, 'openDispute', { paymentIntentId: intent.id });
    const { result } = (await disputed.json()) as { result: string };
    expect(result).toMatch(/^du_/);
    await command(url, control.token, 'closeDispute', { disputeId: result, outcome: 'won' });
    expect((await stripe.disputes.retrieve(result)).status).toBe('won');
    const again = await command(url, control.token, 'settle', { id: intent.id, outcome: 'failed' });
    expect(again.status).toBe(400);
    expect(await again.json()).toMatchObject({ error: expect.stringContaining('waits for nothing') });
  });

  test('obeys nobody else', async () => {
    const { emulator } = await start();
    const intent = await sdk(emulator).paymentIntents.create({ amount: 1000, currency: 'inr' });
    await confirmAsBuyer(emulator, intent, 'pm_upi_delayed');
    for (const token of ['', 'x', emulator.secretKey, `${emulator.control.token}x`]) {
      const response = await command(emulator.url, token, 'settle', { id: intent.id, outcome: 'succeeded' });
      expect(response.status).toBe(401);
    }
    expect((await sdk(emulator).paymentIntents.retrieve(intent.id)).status).toBe('processing');
  });

  test.for<[name: string, body: string]>([
    ['setWebhookSecrets', '[]'],
    ['setWebhookSecrets', 'null'],
    ['setWebhookSecrets', '{'],
    ['setWebhookSecrets', '{"secrets":5}'],
    ['setWebhookSecrets', '{"secrets":[]}'],
    ['setWebhookFaults', '{"duplicates":1000000000}'],
    ['setWebhookFaults', '{"delayMs":"soon"}'],
    ['setWebhookFaults', '{"colour":"red"}'],
    ['failRequests', '{}'],
    ['failRequests', '{"fault":{"kind":"reset"}}'],
    ['failRequests', '{"fault":{"kind":"flood"}}'],
    ['resendEvent', '{"eventId":"evt_nothing"}'],
    ['answerChallenge', '{"paymentIntentId":"pi_nothing","passed":true}'],
    ['openDispute', '{"paymentIntentId":"pi_nothing"}'],
  ])('refuses %s %s', async ([name, body]) => {
    const { emulator, create } = await start();
    const response = await fetch(`${emulator.url}/_control/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${emulator.control.token}` },
      body,
    });
    expect(response.status).toBe(400);
    expect((await create(order)).status).toBe(200);
  });

  test('knows its commands only', async () => {
    const { emulator } = await start();
    for (const name of ['nothing', 'constructor', '']) {
      expect((await command(emulator.url, emulator.control.token, name)).status).toBe(404);
    }
  });
});
