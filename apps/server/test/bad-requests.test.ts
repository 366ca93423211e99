import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, startServer, type TestServer } from './support/start-server.ts';

let server: TestServer;
let seller: Person;
let accessToken: string;
beforeAll(async () => {
  server = await startServer();
  seller = await server.registerSeller();
  accessToken = (await seller.client.session.accessToken()) ?? '';
});
afterAll(() => server.close());

interface Problem {
  status: number;
  code?: string;
  pointer?: string;
}

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** By Node's own client, because fetch mends or refuses what is to be tried. */
async function send(path: string, { method = 'POST', headers = {}, body }: Sent): Promise<Problem> {
  const { hostname, port } = new URL(server.url);
  const sent = request({ hostname, port, path, method, headers, agent: false });
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject);
    sent.end(body);
  });
  const content = await text(answer);
  const isProblem = answer.headers['content-type']?.startsWith('application/problem+json');
  const problem = isProblem ? JSON.parse(content) : {};
  return { status: answer.statusCode ?? 0, code: problem.code, pointer: problem.errors?.[0]?.pointer };
}

const json = { 'content-type': 'application/json' };
const login = (body: string | Buffer, headers: Record<string, string> = json) =>
  send('/auth/login', { headers, body });
const good = JSON.stringify({ email: 'somebody@example.test', password: 'a long enough secret' });

describe('a body', () => {
  test.each([
    ['half a document', '{"email":'],
    ['with __proto__', '{"__proto__":{"isAdmin":true},"email":"a@example.test","password":"12345678"}'],
    ['with constructor.prototype', '{"constructor":{"prototype":{"isAdmin":true}}}'],
    ['of nothing', ''],
    ['that is no UTF-8 text', Buffer.from([0xff, 0xfe, 0x00])],
  ])('%s is no JSON for us', async (_what, body) => {
    expect(await login(body)).toMatchObject({ status: 400, code: 'malformed_json' });
  });

  test.each(['[]', 'null', '"text"', '1', 'true', '{}'])('of %s lacks every field', async (body) => {
    expect(await login(body)).toMatchObject({ status: 422, code: 'validation_failed' });
  });

  test.each(['text/plain', 'application/xml', 'application/json\ta', 'json garbage', ''])(
    'of the type %j is not read',
    async (type) => {
      expect(await login(good, type === '' ? {} : { 'content-type': type })).toMatchObject({
        status: 415,
        code: 'unsupported_media_type',
      });
    },
  );
});

describe('an address', () => {
  test.each(['%00', '..%2f..%2fetc%2fpasswd', 'x'.repeat(300), "1'%20or%20'1'='1", '%F0%28'])(
    'with %s for an id names nothing',
    async (id) => {
      expect(await send(`/streams/${id}`, { method: 'GET' })).toMatchObject({
        status: 404,
        code: 'not_found',
      });
    },
  );

  test('of more than eight kilobytes is too long', async () => {
    expect(await send(`/streams/active?cursor=${'x'.repeat(9000)}`, { method: 'GET' })).toMatchObject({
      status: 414,
    });
  });

  test('with more than sixteen kilobytes of headers is refused', async () => {
    const headers = { 'x-long': 'x'.repeat(17_000) };
    expect(await send('/streams/active', { method: 'GET', headers })).toMatchObject({ status: 431 });
  });

  test.each(['TRACE', 'DELETE', 'PROPFIND'])('does not know the method %s', async (method) => {
    expect((await send('/auth/login', { method })).status).toBe(405);
  });
});

describe('an access token', () => {
  const { privateKey: strange } = generateKeyPairSync('ed25519');
  const good = { alg: 'EdDSA', typ: 'at+jwt' };
  const signed = (header: { alg: string; typ?: string; kid?: string }, claims: object = {}) =>
    new SignJWT({ ...decodeJwt(accessToken), ...claims })
      .setProtectedHeader(header)
      .sign(header.alg === 'HS256' ? Buffer.from('the public key, say') : strange);
  const unsigned = (header: object) =>
    [header, decodeJwt(accessToken)]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
  const withToken = (authorization: string) => send('/me', { method: 'GET', headers: { authorization } });

  test('of ours is taken', async () => {
    expect(decodeProtectedHeader(accessToken)).toMatchObject(good);
    expect(await withToken(`Bearer ${accessToken}`)).toMatchObject({ status: 200 });
  });

  test.each<[string, () => string | Promise<string>]>([
    ['of another key', () => signed(good)],
    ['of another key under a path for a key id', () => signed({ ...good, kid: '../../dev/null' })],
    ['of another algorithm', () => signed({ alg: 'HS256', typ: 'at+jwt' })],
    ['for another audience', () => signed(good, { aud: 'somebody-else' })],
    ['that is no access token', () => signed({ ...good, typ: 'JWT' })],
    ['without a signature', () => `${unsigned({ alg: 'none', typ: 'at+jwt' })}.`],
    ['with its signature cut off', () => accessToken.slice(0, accessToken.lastIndexOf('.') + 1)],
    ['that is another kind of key', () => createPrivateKeyText()],
    ['given twice', () => `${accessToken} ${accessToken}`],
  ])('%s is refused', async (_what, make) => {
    expect(await withToken(`Bearer ${await make()}`)).toMatchObject({ status: 401 });
  });

  test('in the address is not looked at', async () => {
    expect(await send(`/me?access_token=${accessToken}`, { method: 'GET' })).toMatchObject({ status: 401 });
  });
});

const createPrivateKeyText = () =>
  createPrivateKey(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  )
    .export({ type: 'pkcs8', format: 'der' })
    .toString('base64url');

describe('whoever registers', () => {
  const register = (fields: object) =>
    send('/auth/register', {
      headers: json,
      body: JSON.stringify({
        email: `new-${Math.random()}@example.test`,
        password: 'a long enough secret',
        displayName: 'Asha',
        ...fields,
      }),
    });

  test.each([
    ['no address', { email: 'asha' }, '#/email'],
    ['an address of 255 characters', { email: `${'a'.repeat(243)}@example.test` }, '#/email'],
    ['an address of two lines', { email: 'asha@example.test\r\nBcc: all@example.test' }, '#/email'],
    ['seven characters for a password', { password: '1234567' }, '#/password'],
    ['257 characters for a password', { password: 'x'.repeat(257) }, '#/password'],
    ['a role', { role: 'admin' }, '#/role'],
    ['a name of direction marks', { displayName: '\u202e\u2066' }, '#/displayName'],
    ['no name', { displayName: '   ' }, '#/displayName'],
  ])('with %s is told which field', async (_what, fields, pointer) => {
    expect(await register(fields)).toMatchObject({ status: 422, code: 'validation_failed', pointer });
  });

  test.each([
    ['64 characters', 'correct horse battery staple '.repeat(3).slice(0, 64)],
    ['spaces and emoji', 'मेरा  पासवर्ड 🎁 है'],
  ])('may have a password of %s', async (_what, password) => {
    expect(await register({ password })).toMatchObject({ status: 201 });
  });
});

test.each([
  ['an object for a password', '{"email":"a@example.test","password":{"$ne":null}}'],
  ['SQL for an address', `{"email":"' or 1=1 --","password":"12345678"}`],
  ['a list of addresses', '{"email":["a@example.test"],"password":"12345678"}'],
])('%s signs nobody in', async (_what, body) => {
  expect([401, 422]).toContain((await login(body)).status);
});

describe('a show', () => {
  const create = (fields: object) =>
    send('/streams', {
      headers: { ...json, authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ title: 'Evening drop', ...fields }),
    });

  test.each([
    ['no title', { title: '' }, '#/title'],
    ['a title of spaces', { title: ' \u00a0 ' }, '#/title'],
    ['121 characters', { title: 'x'.repeat(121) }, '#/title'],
    ['121 Hindi characters', { title: 'नि'.repeat(121) }, '#/title'],
    ['a title of control characters alone', { title: '\u0000\u0007\u202e' }, '#/title'],
    ['a key of its own choice', { streamKey: 'mine' }, '#/streamKey'],
    ["somebody else's picture", { thumbnailId: '01900000-0000-7000-8000-000000000000' }, '#/thumbnailId'],
    ['a time that is none', { scheduledFor: 'tomorrow' }, '#/scheduledFor'],
    ['a visibility that is none', { visibility: 'secret' }, '#/visibility'],
  ])('with %s is not made, and says why', async (_what, fields, pointer) => {
    expect(await create(fields)).toMatchObject({ status: 422, code: 'validation_failed', pointer });
  });

  test.each(['limit=0', 'limit=-1', 'limit=1e9', 'limit=x', 'limit=1&limit=2', 'cursor=%00', 'sort=price'])(
    'is not listed by ?%s',
    async (query) => {
      expect((await send(`/streams/active?${query}`, { method: 'GET' })).status).toBe(422);
    },
  );
});

test('after all of this the server is well', async () => {
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
});
