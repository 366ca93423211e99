import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Client, createClient } from '@vybekart/client';
import type { Me } from '@vybekart/contract';
import pg from 'pg';
import { startServer as compose, type RunningServer } from '../../src/composition/compose.ts';
import { readConfig } from '../../src/config.ts';
import { createTestDatabase } from './database.ts';

/** A signed-in person with a typed client of the server under test. */
export interface Person {
  user: Me;
  password: string;
  client: Client;
  api: Client['api'];
}

export interface TestServer extends AsyncDisposable {
  url: string;
  running: RunningServer;
  /** The database behind the server, for assertions. */
  database: pg.Pool;
  databaseUrl: string;
  dataDir: string;
  /** A client that is not signed in. */
  guest(): Client;
  register(name?: string): Promise<Person>;
  /** A person with a shop. */
  registerSeller(name?: string): Promise<Person>;
  close(): Promise<void>;
}

/**
 * The real server on free ports with a database of its own and embedded emulators; everything is gone after close.
 * `environment` is read exactly as `npm start` reads it.
 */
export async function startServer(environment: Record<string, string> = {}): Promise<TestServer> {
  const resources = new AsyncDisposableStack();
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-server-'));
  resources.defer(() => rm(dataDir, { recursive: true, force: true }));
  const testDatabase = resources.use(await createTestDatabase());
  const running = await compose(
    readConfig({
      NODE_ENV: 'test',
      PORT: '0',
      RTMP_PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: testDatabase.url,
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'fatal',
      ...environment,
    }),
  );
  resources.defer(() => running.close());
  const database = new pg.Pool({ connectionString: testDatabase.url, max: 4 });
  database.on('error', () => {});
  resources.defer(() => database.end());

  const people: Client[] = [];
  resources.defer(() => {
    for (const client of people) client.live.suspend();
  });
  const guest = () => {
    const client = createClient({ baseUrl: running.url, validateAnswers: true });
    people.push(client);
    return client;
  };
  let count = 0;
  const register = async (name: string, isSeller: boolean): Promise<Person> => {
    count += 1;
    const client = guest();
    const password = `a long enough secret ${count}`;
    const user = await client.session.register({
      email: `person-${count}@example.test`,
      password,
      displayName: name,
      ...(isSeller ? { shop: { name: `${name}'s shop`, handle: `shop-${count}` } } : {}),
    });
    return { user, password, client, api: client.api };
  };
  const close = () => resources.disposeAsync();
  return {
    url: running.url,
    running,
    database,
    databaseUrl: testDatabase.url,
    dataDir,
    guest,
    register: (name = 'Asha') => register(name, false),
    registerSeller: (name = 'Sahil') => register(name, true),
    close,
    [Symbol.asyncDispose]: close,
  };
}
