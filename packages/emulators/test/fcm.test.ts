import { createPublicKey, createSign, generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { FcmEmulator, type FcmEmulatorOptions } from '../src/index.ts';
import { ManualClock } from './support/manual-clock.ts';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const DEVICE = 'device-token:APA91bExample';

interface GoogleAnswer {
  status: number;
  headers: Headers;
  body: {
    name?: string;
    access_token?: string;
    expires_in?: number;
    token_type?: string;
    error?: { code: number; status: string; message: string; details?: { errorCode?: string }[] } | string;
  };
}

async function start(options: FcmEmulatorOptions = {}) {
  const emulator = await FcmEmulator.start(options);
  onTestFinished(() => emulator.close());
  return clientOf(emulator, options);
}

/** One emulator for tests that change nothing in it. */
function shared(): () => ReturnType<typeof clientOf> {
  let client: ReturnType<typeof clientOf>;
  beforeAll(async () => {
    const emulator = await FcmEmulator.start();
    client = clientOf(emulator);
    return () => emulator.close();
  });
  return () => client;
}

function clientOf(emulator: FcmEmulator, options: FcmEmulatorOptions = {}) {
  const { serviceAccount, url } = emulator;

  const exchange = async (claims: object = {}, { header = {}, key = serviceAccount.private_key } = {}) => {
    const now = Math.floor((options.clock?.now() ?? Date.now()) / 1000);
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = [
      encode({ alg: 'RS256', typ: 'JWT', kid: serviceAccount.private_key_id, ...header }),
      encode({
        iss: serviceAccount.client_email,
        aud: serviceAccount.token_uri,
        scope: SCOPE,
        iat: now,
        exp: now + 3600,
        ...claims,
      }),
    ].join('.');
    const signature = createSign('RSA-SHA256').update(signed).sign(key, 'base64url');
    return postToken({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${signed}.${signature}`,
    });
  };
  const postToken = (form: Record<string, string>) =>
    answerOf(fetch(serviceAccount.token_uri, { method: 'POST', body: new URLSearchParams(form) }));
  const send = (body: unknown, accessToken: string, project = serviceAccount.project_id) =>
    answerOf(
      fetch(`${url}/v1/projects/${project}/messages:send`, {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
  const signIn = async () => String((await exchange()).body.access_token);
  return { emulator, exchange, postToken, send, signIn };
}

async function answerOf(pending: Promise<Response>): Promise<GoogleAnswer> {
  const response = await pending;
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as GoogleAnswer['body'],
  };
}

/** The `errorCode` that a client of FCM acts on. */
const errorCode = ({ body }: GoogleAnswer) =>
  typeof body.error === 'object'
    ? body.error.details?.find((detail) => detail.errorCode)?.errorCode
    : undefined;

const live = {
  message: {
    token: DEVICE,
    notification: { title: 'Sahil is live!', body: 'Handmade mugs' },
    data: { streamId: 's-1' },
    android: { priority: 'HIGH', ttl: '600s', collapse_key: 's-1', notification: { channel_id: 'live' } },
    webpush: {
      headers: { Urgency: 'high', TTL: '600' },
      fcm_options: { link: 'https://shop.example/live/s-1' },
    },
  },
};

describe('The service account', () => {
  const client = shared();

  test('is what Google gives: an RSA key in PKCS #8, an address, a token URI, a project', async () => {
    const { emulator } = await start({ projectId: 'my-shop' });
    const account = emulator.serviceAccount;
    expect(account).toMatchObject({ type: 'service_account', project_id: 'my-shop' });
    expect(account.client_email).toMatch(/^firebase-adminsdk-\w+@my-shop\.iam\.gserviceaccount\.com$/);
    expect(account.private_key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(account.token_uri).toBe(`${emulator.url}/token`);
    expect(createPublicKey(account.private_key).asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  test('gets an access token for its signed assertion, valid for an hour', async () => {
    const clock = new ManualClock();
    const { exchange, send } = await start({ clock });
    const { status, body } = await exchange();
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
    const token = String(body.access_token);
    expect((await send(live, token)).status).toBe(200);
    clock.advance(3600_000);
    const expired = await send(live, token);
    expect(expired.status).toBe(401);
    expect(expired.body.error).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' });
  });

  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const strangerKey = stranger.export({ type: 'pkcs8', format: 'pem' }).toString();
  const now = Math.floor(Date.now() / 1000);
  test.for<[name: string, claims: object, more: object, error: string]>([
    ["another's key", {}, { key: strangerKey }, 'invalid_grant'],
    ['another algorithm', {}, { header: { alg: 'none' } }, 'invalid_grant'],
    ['another key id', {}, { header: { kid: 'x' } }, 'invalid_grant'],
    ['another issuer', { iss: 'x@example.com' }, {}, 'invalid_grant'],
    ['another audience', { aud: 'https://oauth2.googleapis.com/token' }, {}, 'invalid_grant'],
    ['no expiry', { exp: undefined }, {}, 'invalid_grant'],
    ['an expiry in the past', { iat: now - 7200, exp: now - 3700 }, {}, 'invalid_grant'],
    ['an issue in the future', { iat: now + 600, exp: now + 1200 }, {}, 'invalid_grant'],
    ['two hours of validity', { exp: now + 7200 }, {}, 'invalid_grant'],
    ['the scope of something else', { scope: 'https://www.googleapis.com/auth/drive' }, {}, 'invalid_scope'],
  ])('gets none with %s', async ([, claims, more, error]) => {
    const { exchange } = client();
    const { status, body } = await exchange(claims, more);
    expect(status).toBe(400);
    expect(body.error).toBe(error);
    expect(body).not.toHaveProperty('access_token');
  });

  test('gets none for another grant, nor for garbage', async () => {
    const { postToken } = client();
    expect((await postToken({ grant_type: 'password' })).body.error).toBe('unsupported_grant_type');
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    for (const assertion of ['', 'x', 'a.b', 'a.b.c', 'e30.e30.e30', 'bnVsbA.bnVsbA.x', '....']) {
      expect((await postToken({ grant_type, assertion })).body.error, assertion).toBe('invalid_grant');
    }
  });
});

describe('A message', () => {
  const client = shared();

  test('arrives in the inbox of its device, in process and over HTTP, the oldest first', async () => {
    const { emulator, send, signIn } = await start();
    const token = await signIn();
    const { status, body } = await send(live, token);
    expect(status).toBe(200);
    expect(body.name).toMatch(/^projects\/vybekart-local\/messages\/0:\d+%\w+$/);
    await send({ message: { ...live.message, notification: { title: 'New Order!' } } }, token);
    expect(emulator.inbox(DEVICE).map(({ message }) => message.notification?.title)).toEqual([
      'Sahil is live!',
      'New Order!',
    ]);
    const response = await fetch(`${emulator.url}/inbox/${DEVICE}`);
    expect(await response.json()).toEqual({ messages: emulator.inbox(DEVICE) });
    expect(emulator.inbox(DEVICE)[0]).toMatchObject({ name: body.name, message: live.message });
    expect(emulator.inbox('another-device')).toEqual([]);
  });

  test('that is only validated does not arrive', async () => {
    const { emulator, send, signIn } = await start();
    expect((await send({ ...live, validate_only: true }, await signIn())).status).toBe(200);
    expect(emulator.inbox(DEVICE)).toEqual([]);
  });

  test('to a removed app answers 404 UNREGISTERED', async () => {
    const { emulator, send, signIn } = await start();
    emulator.control.unregister(DEVICE);
    const answer = await send(live, await signIn());
    expect(answer.status).toBe(404);
    expect(answer.body.error).toMatchObject({ status: 'NOT_FOUND' });
    expect(errorCode(answer)).toBe('UNREGISTERED');
    expect(emulator.inbox(DEVICE)).toEqual([]);
  });

  test('without a valid access token answers 401, for another project 403', async () => {
    const { emulator, send, signIn } = await start();
    expect((await send(live, 'x')).status).toBe(401);
    const token = await signIn();
    expect((await send(live, token, 'another-project')).body.error).toMatchObject({
      status: 'PERMISSION_DENIED',
    });
    emulator.control.revokeAccessTokens();
    expect((await send(live, token)).body.error).toMatchObject({ status: 'UNAUTHENTICATED' });
    expect(emulator.inbox(DEVICE)).toEqual([]);
  });

  const { token: _, ...untargeted } = live.message;
  test.for<[name: string, body: unknown]>([
    ['no JSON', '{'],
    ['a list', []],
    ['no message', {}],
    ['no target', { message: untargeted }],
    ['two targets', { message: { ...live.message, topic: 'all' } }],
    ['a malformed token', { message: { ...live.message, token: 'no spaces please' } }],
    ['a token of 5 kB', { message: { ...live.message, token: 'x'.repeat(5000) } }],
    ['an unknown member', { message: { ...live.message, priority: 'high' } }],
    ['an unknown member within', { message: { ...live.message, notification: { titel: 'x' } } }],
    ['data that is no text', { message: { ...live.message, data: { n: 1 } } }],
    ['a reserved data name', { message: { ...live.message, data: { from: 'x' } } }],
    ['a Google data name', { message: { ...live.message, data: { 'google.x': 'x' } } }],
    ['a ttl without its unit', { message: { ...live.message, android: { ttl: '600' } } }],
    ['a ttl of five weeks', { message: { ...live.message, android: { ttl: '3024000s' } } }],
    ['an unknown priority', { message: { ...live.message, android: { priority: 'urgent' } } }],
    ['more than 4 kB', { message: { ...live.message, data: { text: 'x'.repeat(4096) } } }],
    ['members of every object', '{"message":{"__proto__":{"token":"device-token"},"constructor":"x"}}'],
  ])('with %s answers 400 INVALID_ARGUMENT and arrives nowhere', async ([, body]) => {
    const { emulator, send, signIn } = client();
    const answer = await send(body, await signIn());
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
    expect(errorCode(answer)).toBe('INVALID_ARGUMENT');
    expect(emulator.inbox(DEVICE)).toEqual([]);
  });

  test('may be written in camelCase', async () => {
    const { emulator, send, signIn } = await start();
    const message = { token: DEVICE, android: { collapseKey: 's-1', priority: 'high', ttl: '3.5s' } };
    expect((await send({ message, validateOnly: false }, await signIn())).status).toBe(200);
    expect(emulator.inbox(DEVICE)).toHaveLength(1);
  });
});

describe('A fault of the service', () => {
  test.for([
    ['quota_exceeded', 429, 'QUOTA_EXCEEDED', '17'],
    ['unavailable', 503, 'UNAVAILABLE', '17'],
    ['internal', 500, 'INTERNAL', null],
  ] as const)(
    '%s answers %i with its code, then the service is well again',
    async ([kind, status, code, retry]) => {
      const { emulator, send, signIn } = await start();
      const token = await signIn();
      emulator.control.failSends({ kind, retryAfterSeconds: 17 }, 2);
      for (const _attempt of [1, 2]) {
        const answer = await send(live, token);
        expect(answer.status).toBe(status);
        expect(errorCode(answer)).toBe(code);
        expect(answer.headers.get('retry-after')).toBe(retry);
      }
      expect((await send(live, token)).status).toBe(200);
      expect(emulator.inbox(DEVICE)).toHaveLength(1);
    },
  );

  test('hang answers never; a client that gives up harms nobody', async () => {
    const { emulator, send, signIn } = await start();
    const token = await signIn();
    emulator.control.failSends({ kind: 'hang' });
    const given = fetch(`${emulator.url}/v1/projects/vybekart-local/messages:send`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(live),
      signal: AbortSignal.timeout(100),
    });
    await expect(given).rejects.toThrow();
    expect((await send(live, token)).status).toBe(200);
    expect(emulator.inbox(DEVICE)).toHaveLength(1);
  });

  test('unknown URLs and oversized bodies are answered, not suffered', async () => {
    const { emulator, send, signIn } = await start();
    expect((await fetch(`${emulator.url}/v1/projects/x`)).status).toBe(404);
    expect((await send(`{"message":"${'x'.repeat(70_000)}"}`, await signIn())).status).toBe(400);
  });
});
