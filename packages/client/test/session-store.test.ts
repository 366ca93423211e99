import type { Session } from '@vybekart/contract';
import { expect, test } from 'vitest';
import { createApi, MemorySessionStorage, type SessionStorage, SessionStore } from '../src/index.ts';
import { json, problem, type ScriptedServer } from './scripted-server.ts';
import { aMe, aSession } from './things.ts';
import { VirtualClock } from './virtual-clock.ts';
import { aServer } from './watch.ts';

const me = aMe();
const lifetimeMs = 600_000;

/** Accounts with refresh tokens that are good once: using one again is refused. */
class Accounts {
  readonly clock = new VirtualClock();
  refreshes = 0;
  /** Called while a refresh is under way. */
  duringRefresh: () => void | Promise<void> = () => undefined;
  #current: Session | null = null;
  readonly #server: ScriptedServer;
  readonly baseUrl: string;

  constructor(server: ScriptedServer, baseUrl: string) {
    this.#server = server;
    this.baseUrl = baseUrl;
    server.http = async (call, response) => {
      if (call.path === '/auth/login') return json(response, this.issue());
      if (call.path === '/auth/logout') {
        this.#current = null;
        return void response.writeHead(204).end();
      }
      if (call.path === '/auth/refresh') {
        this.refreshes += 1;
        const { refreshToken } = JSON.parse(call.body);
        await this.duringRefresh();
        if (refreshToken !== this.#current?.refreshToken) return problem(response, 'invalid_refresh');
        return json(response, this.issue());
      }
      if (call.headers.authorization !== `Bearer ${this.#current?.accessToken}`) {
        return problem(response, 'token_expired');
      }
      return json(response, me);
    };
  }

  issue(): Session {
    this.#current = aSession(this.clock.now() + lifetimeMs, { user: me });
    return this.#current;
  }

  /** The access token is good no longer, whatever its time says. */
  invalidateAccess(): void {
    if (this.#current) this.#current = { ...this.#current, accessToken: 'another' };
  }

  calls(path: string): number {
    return this.#server.httpCalls.filter((call) => call.path === path).length;
  }

  tab(storage: SessionStorage) {
    const session = new SessionStore({
      baseUrl: this.baseUrl,
      storage,
      clock: this.clock,
      random: () => 0.5,
    });
    const api = createApi({ baseUrl: this.baseUrl, session, clock: this.clock, random: () => 0.5 });
    return { session, api };
  }
}

async function theAccounts(): Promise<Accounts> {
  const { server, baseUrl } = await aServer();
  return new Accounts(server, baseUrl);
}

const credentials = { email: 'asha@example.com', password: 'correct horse' };

test('a person signs in, is remembered by the storage, and signs out', async () => {
  const accounts = await theAccounts();
  const storage = new MemorySessionStorage();
  const { session, api } = accounts.tab(storage);
  const seen: string[] = [];
  session.subscribe(() => seen.push(session.getSnapshot().status));
  expect(session.getSnapshot().status).toBe('loading');
  await session.restore();
  await expect(session.login(credentials)).resolves.toEqual(me);
  await expect(api.call('getMe')).resolves.toEqual(me);

  const later = accounts.tab(storage);
  await later.session.restore();
  expect(later.session.getSnapshot()).toEqual({ status: 'signed_in', user: me });

  await session.logout();
  expect(seen).toEqual(['guest', 'signed_in', 'guest']);
  expect(accounts.calls('/auth/logout')).toBe(1);
  await expect(storage.load()).resolves.toBeNull();
});

test('20 requests at once with a token about to expire renew it once, and all succeed', async () => {
  const accounts = await theAccounts();
  const { session, api } = accounts.tab(new MemorySessionStorage());
  await session.login(credentials);
  accounts.clock.advance(lifetimeMs - 10_000);
  const answers = await Promise.all(Array.from({ length: 20 }, () => api.call('getMe')));
  expect(answers).toEqual(Array(20).fill(me));
  expect(accounts.refreshes).toBe(1);
});

test('20 requests whose token the server calls expired renew it once and are each repeated once', async () => {
  const accounts = await theAccounts();
  const { session, api } = accounts.tab(new MemorySessionStorage());
  await session.login(credentials);
  accounts.invalidateAccess();
  const answers = await Promise.all(Array.from({ length: 20 }, () => api.call('getMe')));
  expect(answers).toEqual(Array(20).fill(me));
  expect(accounts.refreshes).toBe(1);
  expect(accounts.calls('/me')).toBe(40);
});

test('a request that fails with the new token too is not repeated for ever', async () => {
  const accounts = await theAccounts();
  const { session, api } = accounts.tab(new MemorySessionStorage());
  await session.login(credentials);
  accounts.invalidateAccess();
  const stop = session.subscribe(() => accounts.invalidateAccess());
  await expect(api.call('getMe')).rejects.toMatchObject({ code: 'token_expired' });
  stop();
  expect(accounts.calls('/me')).toBe(2);
});

test('a refresh token that is over signs the person out', async () => {
  const accounts = await theAccounts();
  const storage = new MemorySessionStorage();
  const { session, api } = accounts.tab(storage);
  await session.login(credentials);
  accounts.issue();
  await expect(api.call('getMe')).rejects.toMatchObject({ code: 'token_expired' });
  expect(accounts.calls('/me')).toBe(1);
  expect(session.getSnapshot()).toEqual({ status: 'guest', user: null });
  await expect(storage.load()).resolves.toBeNull();
});

test('a tab takes over the session that another tab has renewed, without a refresh of its own', async () => {
  const accounts = await theAccounts();
  const storage = new MemorySessionStorage();
  const [one, two] = [accounts.tab(storage), accounts.tab(storage)];
  await one.session.login(credentials);
  await two.session.restore();
  accounts.clock.advance(lifetimeMs - 10_000);
  await one.api.call('getMe');
  await expect(two.api.call('getMe')).resolves.toEqual(me);
  expect(accounts.refreshes).toBe(1);
});

test('a tab that loses the race for the refresh token stays signed in with what the winner stored', async () => {
  const accounts = await theAccounts();
  const storage = new MemorySessionStorage();
  const { session, api } = accounts.tab(storage);
  await session.login(credentials);
  accounts.clock.advance(lifetimeMs - 10_000);
  accounts.duringRefresh = () => storage.save(accounts.issue());
  await expect(api.call('getMe')).resolves.toEqual(me);
  expect(accounts.refreshes).toBe(1);
  expect(session.getSnapshot().status).toBe('signed_in');
});

test('two tabs that renew at the same moment both stay signed in', async () => {
  const accounts = await theAccounts();
  const storage = new MemorySessionStorage();
  const [one, two] = [accounts.tab(storage), accounts.tab(storage)];
  await one.session.login(credentials);
  await two.session.restore();
  accounts.clock.advance(lifetimeMs - 10_000);
  await expect(Promise.all([one.api.call('getMe'), two.api.call('getMe')])).resolves.toEqual([me, me]);
  expect(one.session.getSnapshot().status).toBe('signed_in');
  expect(two.session.getSnapshot().status).toBe('signed_in');
});

test('signing out while the token is being renewed wins', async () => {
  const accounts = await theAccounts();
  const storage = new MemorySessionStorage();
  const { session, api } = accounts.tab(storage);
  await session.login(credentials);
  accounts.clock.advance(lifetimeMs - 10_000);
  accounts.duringRefresh = () => session.end();
  await api.call('getMe').catch(() => undefined);
  expect(session.getSnapshot().status).toBe('guest');
  await expect(storage.load()).resolves.toBeNull();
});

test('a server that cannot renew at the moment does not sign anybody out', async () => {
  const clock = new VirtualClock();
  const storage = new MemorySessionStorage();
  const stored = aSession(clock.now() + 10_000);
  await storage.save(stored);
  const session = new SessionStore({ baseUrl: 'http://127.0.0.1:1', storage, clock, random: () => 0.5 });
  let outcome: unknown;
  const ask = async () => {
    outcome = undefined;
    const settled = (value: unknown) => {
      outcome = value;
    };
    session.accessToken().then(settled, settled);
    await clock.advanceUntil(() => outcome !== undefined, 5000);
  };
  await ask();
  expect(outcome).toBe(stored.accessToken);
  clock.advance(10_000);
  await ask();
  expect(outcome).toMatchObject({ name: 'ApiError', code: 'network' });
  expect(session.getSnapshot()).toEqual({ status: 'signed_in', user: stored.user });
});

test('a device whose clock is an hour ahead does not renew its token for each request', async () => {
  const accounts = await theAccounts();
  const ahead = new VirtualClock();
  ahead.advance(3_600_000);
  const session = new SessionStore({ baseUrl: accounts.baseUrl, clock: ahead });
  const api = createApi({ baseUrl: accounts.baseUrl, session, clock: ahead });
  await session.login(credentials);
  await api.call('getMe');
  await api.call('getMe');
  expect(accounts.refreshes).toBe(0);
});

test('a storage that fails, or holds what nobody can read, is a guest and no crash', async () => {
  const accounts = await theAccounts();
  const fail = async () => Promise.reject(new Error('quota'));
  const broken = accounts.tab({ load: fail, save: fail, clear: fail });
  await broken.session.restore();
  expect(broken.session.getSnapshot().status).toBe('guest');
  await broken.session.login(credentials);
  await expect(broken.api.call('getMe')).resolves.toEqual(me);

  const old = { load: async () => ({ token: 'v0' }) as unknown as Session, save: fail, clear: fail };
  const { session } = accounts.tab(old);
  await session.restore();
  expect(session.getSnapshot().status).toBe('guest');
});

test('a tab hears of a sign-in and a sign-out in another one when the host tells it to look', async () => {
  const accounts = await theAccounts();
  const storage = new MemorySessionStorage();
  const [one, two] = [accounts.tab(storage), accounts.tab(storage)];
  await two.session.restore();
  await one.session.login(credentials);
  await two.session.reload();
  expect(two.session.getSnapshot().status).toBe('signed_in');
  await one.session.logout();
  await two.session.reload();
  expect(two.session.getSnapshot().status).toBe('guest');
});

test('a change of the profile shows at once and outlives a restart', async () => {
  const accounts = await theAccounts();
  const storage = new MemorySessionStorage();
  const { session } = accounts.tab(storage);
  await session.login(credentials);
  await session.updateUser({ ...me, displayName: 'Asha R.' });
  expect(session.getSnapshot().user?.displayName).toBe('Asha R.');
  const later = accounts.tab(storage);
  await later.session.restore();
  expect(later.session.getSnapshot().user?.displayName).toBe('Asha R.');
});
