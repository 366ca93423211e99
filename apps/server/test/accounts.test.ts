import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from './support/start-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const problemOf = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { code: string; errors?: { pointer: string }[] }),
});

const newcomer = (email: string) => ({ email, password: 'a long enough secret', displayName: 'Asha' });

describe('registering and signing in', () => {
  test('a newcomer with a shop is a seller at once', async () => {
    const seller = await server.registerSeller('Sahil');
    expect(seller.user.shop).toMatchObject({ name: "Sahil's shop", followerCount: 0 });
    expect(await seller.api.call('getMe')).toEqual(seller.user);
  });

  test('an email is one account, however it is written', async () => {
    expect((await post('/auth/register', newcomer('Case@Example.test'))).status).toBe(201);
    const again = await problemOf(await post('/auth/register', newcomer('case@example.TEST')));
    expect(again).toMatchObject({ status: 409, code: 'email_taken' });
  });

  test('a password that everybody uses is refused with the field', async () => {
    const answer = await problemOf(
      await post('/auth/register', { ...newcomer('weak@example.test'), password: 'password123' }),
    );
    expect(answer).toMatchObject({
      status: 422,
      code: 'validation_failed',
      errors: [{ pointer: '#/password' }],
    });
  });

  test('a role that nobody offered is refused, not ignored', async () => {
    const answer = await problemOf(
      await post('/auth/register', { ...newcomer('admin@example.test'), role: 'admin' }),
    );
    expect(answer).toMatchObject({ status: 422, code: 'validation_failed' });
  });

  test('a wrong password and an unknown email get the same answer', async () => {
    await post('/auth/register', newcomer('known@example.test'));
    const wrong = await problemOf(
      await post('/auth/login', { email: 'known@example.test', password: 'not this one' }),
    );
    const unknown = await problemOf(
      await post('/auth/login', { email: 'nobody@example.test', password: 'not this one' }),
    );
    expect({ ...wrong, instance: '' }).toEqual({ ...unknown, instance: '' });
    expect(wrong).toMatchObject({ status: 401, code: 'invalid_credentials' });
  });

  test('the sixth guess in a row has to wait and is told how long', async () => {
    const guess = () => post('/auth/login', { email: 'victim@example.test', password: 'a guess' });
    for (let count = 0; count < 5; count += 1) expect((await guess()).status).toBe(401);
    const sixth = await guess();
    expect(sixth.status).toBe(429);
    expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('sessions', () => {
  const session = async (email: string) => {
    return tokensOf(await post('/auth/register', newcomer(email)));
  };
  const refresh = (refreshToken: string) => post('/auth/refresh', { refreshToken });
  const tokensOf = async (answer: Response) =>
    (await answer.json()) as { refreshToken: string; accessToken: string };

  test('a lost refresh answer can be asked for again and is the same token', async () => {
    const { refreshToken } = await session('lost@example.test');
    const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken), refresh(refreshToken)]);
    const tokens = await Promise.all(answers.map(async (answer) => (await tokensOf(answer)).refreshToken));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(new Set(tokens).size).toBe(1);
  });

  test('a stolen refresh token ends the sign-in for the thief and for the owner', async () => {
    const { refreshToken } = await session('stolen@example.test');
    const child = (await tokensOf(await refresh(refreshToken))).refreshToken;
    const grandchild = await tokensOf(await refresh(child));
    expect((await problemOf(await refresh(refreshToken))).code).toBe('invalid_refresh');
    expect((await problemOf(await refresh(grandchild.refreshToken))).code).toBe('invalid_refresh');
    const me = await fetch(`${server.url}/me`, {
      headers: { authorization: `Bearer ${grandchild.accessToken}` },
    });
    expect(me.status).toBe(401);
  });

  test('signing out ends the access token, too', async () => {
    const { refreshToken, accessToken } = await session('out@example.test');
    const me = () => fetch(`${server.url}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect((await me()).status).toBe(200);
    expect((await post('/auth/logout', { refreshToken })).status).toBe(204);
    expect((await me()).status).toBe(401);
  });

  test.each([
    ['none', undefined],
    ['garbage', 'Bearer garbage'],
    ['an unsigned token', `Bearer ${btoa('{"alg":"none"}')}.${btoa('{"sub":"x"}')}.`],
    ['two tokens', 'Bearer a b'],
    ['nine kilobytes', `Bearer ${'x'.repeat(9000)}`],
  ])('a private route refuses %s with 401', async (_, authorization) => {
    const answer = await fetch(`${server.url}/me`, { headers: authorization ? { authorization } : {} });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });
});

describe('shops', () => {
  test('following twice is following once, and unfollowing undoes it', async () => {
    const seller = await server.registerSeller('Meera');
    const fan = await server.register('Fan');
    const params = { handle: seller.user.shop?.handle ?? '' };
    await fan.api.call('follow', { params });
    await fan.api.call('follow', { params });
    expect(await fan.api.call('getShop', { params })).toMatchObject({ followerCount: 1, isFollowing: true });
    await fan.api.call('unfollow', { params });
    expect(await fan.api.call('getShop', { params })).toMatchObject({ followerCount: 0, isFollowing: false });
  });

  test('a buyer opens a shop and may sell with the session at hand', async () => {
    const buyer = await server.register('Late seller');
    await buyer.api.call('createShop', { body: { name: 'Late shop', handle: 'late-shop' } });
    const me = await buyer.api.call('getMe');
    expect(me.shop?.handle).toBe('late-shop');
    await expect(
      buyer.api.call('createShop', { body: { name: 'Second', handle: 'second-shop' } }),
    ).rejects.toMatchObject({ code: 'already_a_seller' });
  });

  test("nobody changes another seller's shop", async () => {
    const [one, other] = [await server.registerSeller('One'), await server.registerSeller('Other')];
    await expect(
      other.api.call('updateShop', {
        params: { handle: one.user.shop?.handle ?? '' },
        body: { name: 'Mine' },
      }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('what is malformed', () => {
  test.each([
    { what: 'half a document', body: '{"email":', status: 400, code: 'malformed_json' },
    { what: 'a polluted prototype', body: '{"__proto__":{"x":1}}', status: 400, code: 'malformed_json' },
    { what: 'an array', body: '[]', status: 422, code: 'validation_failed' },
    { what: 'nothing at all', body: '', status: 400, code: 'malformed_json' },
  ])('$what gets $status $code', async ({ body, status, code }) => {
    expect(await problemOf(await post('/auth/login', body))).toMatchObject({ status, code });
  });

  test('text instead of JSON is refused by its type', async () => {
    const answer = await post('/auth/login', 'hello', { 'content-type': 'text/plain' });
    expect(await problemOf(answer)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  test('more than a megabyte is refused', async () => {
    const answer = await post('/auth/login', { email: 'x'.repeat(1_100_000), password: 'y' });
    expect(await problemOf(answer)).toMatchObject({ status: 413, code: 'payload_too_large' });
  });

  test('a wrong method says which ones there are', async () => {
    const answer = await fetch(`${server.url}/auth/login`, { method: 'DELETE' });
    expect(answer.headers.get('allow')).toBe('POST');
    expect(await problemOf(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  test('an unknown address is not found', async () => {
    expect(await problemOf(await fetch(`${server.url}/nothing/here`))).toMatchObject({ status: 404 });
  });

  test('an id that is none is not found rather than an error of ours', async () => {
    const { client } = await server.register();
    const revoke = client.api.call('revokeSession', { params: { id: '..%2f' } });
    await expect(revoke).rejects.toMatchObject({ code: 'not_found' });
  });
});
