import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Module, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PlacedOrder, Problem } from '@vybekart/contract';
import { StripeEmulator } from '@vybekart/emulators';
import pg from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { AccessTokens, SessionKeys } from '../../src/accounts/access-tokens.ts';
import { AccountsModule } from '../../src/accounts/accounts.module.ts';
import { CatalogModule } from '../../src/catalog/catalog.module.ts';
import { NotificationsModule } from '../../src/notifications/notifications.module.ts';
import { PushProvider } from '../../src/notifications/push-provider.ts';
import { ExpressLane } from '../../src/orders/express-lane.ts';
import { IdempotencyStore } from '../../src/orders/idempotency.store.ts';
import { LiveAudience } from '../../src/orders/live-audience.ts';
import { OrderOptions } from '../../src/orders/order-options.ts';
import { OrdersModule } from '../../src/orders/orders.module.ts';
import { OneTimeCodeKey } from '../../src/payments/cash-codes.ts';
import { OneTimeCodeSender } from '../../src/payments/one-time-code-sender.ts';
import { PaymentProvider } from '../../src/payments/payment-provider.ts';
import { PaymentsOptions } from '../../src/payments/payments-options.ts';
import { StripePayments } from '../../src/payments/stripe-payments.ts';
import { Clock, SystemClock } from '../../src/platform/clock.ts';
import { Database } from '../../src/platform/database.ts';
import { type EventName, Events, Jobs } from '../../src/platform/events.ts';
import { DirectoryFiles, Files } from '../../src/platform/files.ts';
import { newId } from '../../src/platform/ids.ts';
import { JobQueue } from '../../src/platform/job-queue.ts';
import { Log, openLog } from '../../src/platform/log.ts';
import { NodeBus, OneNode } from '../../src/platform/node-bus.ts';
import { OriginPolicy } from '../../src/platform/origin-policy.ts';
import { ProblemFilter } from '../../src/platform/problem-filter.ts';
import { OneNodeRateLimits, RateLimits, SharedRateLimits } from '../../src/platform/rate-limits.ts';
import { UserSockets } from '../../src/platform/user-sockets.ts';
import { validationPipe } from '../../src/platform/validation.ts';
import { createTestDatabase } from '../support/database.ts';

export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  text: string;
  body: Body;
}

export interface Person {
  userId: string;
  token: string;
}
export interface SellerPerson extends Person {
  shopId: string;
}

export interface Stocked {
  productId: string;
  variantId: string;
  priceMinor: number;
}

export interface ShopOptions {
  holdSeconds?: number;
  maxUnpaidOrders?: number;
  maxConfirmedOrders?: number;
  /** Another provider instead of the official library against the emulator. */
  provider?: PaymentProvider;
  /** How long the official library waits for each answer. */
  paymentTimeoutMs?: number;
  /** False: nothing happens in the background until `jobs.start()`. */
  withJobs?: boolean;
}

/** What was told as an error, and which requests failed for a reason of our own. */
export class HeardLog extends Log {
  readonly errors: { facts: object; message: string }[] = [];
  readonly failures: string[] = [];
  error(facts: object, message: string): void {
    if (message === 'a request failed' && 'err' in facts) this.failures.push(`${message}: ${facts.err}`);
    else this.errors.push({ facts, message });
  }
  warn(): void {}
  info(): void {}
  debug(): void {}
}

/** The server as it runs at this moment. */
interface Running extends AsyncDisposable {
  url: string;
  app: NestFastifyApplication;
  database: Database;
  jobs: JobQueue;
}

/** Catalog, orders and payments on HTTP, with their real PostgreSQL, job queue and Stripe emulator. */
export class Shop implements AsyncDisposable {
  readonly #resources = new AsyncDisposableStack();
  #running: Running;

  constructor(
    private readonly start: () => Promise<Running>,
    running: Running,
    readonly databaseUrl: string,
    /** The test's own connections: it waits for none of the server's, and takes none away. */
    private readonly asking: pg.Pool,
    readonly stripe: StripeEmulator,
    readonly log: HeardLog,
    /** Every event that was published and delivered, in the order of delivery. */
    readonly heard: { event: EventName; payload: Record<string, unknown> }[],
    resources: AsyncDisposableStack,
  ) {
    this.#running = running;
    this.#resources.use(resources);
    this.#resources.defer(() => this.#running[Symbol.asyncDispose]());
  }

  get url(): string {
    return this.#running.url;
  }
  get app(): NestFastifyApplication {
    return this.#running.app;
  }
  get database(): Database {
    return this.#running.database;
  }
  get jobs(): JobQueue {
    return this.#running.jobs;
  }

  /** Stops the server, and starts it anew on the same database and beside the same Stripe. */
  async restart(): Promise<void> {
    await this.#running[Symbol.asyncDispose]();
    this.#running = await this.start();
  }

  get<T>(token: Type<T>): T {
    return this.app.get(token);
  }

  async buyer(): Promise<Person> {
    const userId = newId();
    await this.rows(
      `insert into users (id, email, password_hash, display_name) values ($1::uuid, $1::uuid || '@example.test', '-', 'Asha')`,
      [userId],
    );
    return this.signedIn({ userId });
  }

  /** With a new access token, for tests that take longer than one lasts. */
  async signedIn<P extends { userId: string }>(person: P): Promise<P & Person> {
    const sessionId = newId();
    await this.rows('insert into sessions (id, user_id) values ($1, $2)', [sessionId, person.userId]);
    const { token } = await this.get(AccessTokens).issue(person.userId, sessionId);
    return { ...person, token };
  }

  async seller(): Promise<SellerPerson> {
    const person = await this.buyer();
    const shopId = newId();
    await this.rows(
      `insert into shops (id, owner_id, handle, name) values ($1::uuid, $2, 'shop-' || right($1::uuid::text, 12), 'Sahil Silks')`,
      [shopId, person.userId],
    );
    return { ...person, shopId };
  }

  async product(seller: SellerPerson, stock: number, priceMinor = 49_900): Promise<Stocked> {
    const answer = await this.send<{ id: string; variants: [{ id: string }] }>('POST', '/products', seller, {
      title: 'Silk saree',
      price: { amountMinor: priceMinor, currency: 'inr' },
      stock,
    });
    if (answer.status !== 201) throw new Error(answer.text);
    return { productId: answer.body.id, variantId: answer.body.variants[0].id, priceMinor };
  }

  async stream(seller: SellerPerson, status: string): Promise<string> {
    const id = newId();
    await this.database.pool.query(
      `insert into streams (id, shop_id, title, status, provider, media) values ($1, $2, 'Show', $3, 'embedded', '{}')`,
      [id, seller.shopId, status],
    );
    return id;
  }

  order(
    buyer: Person,
    item: Stocked,
    options: { quantity?: number; key?: string; streamId?: string; priceMinor?: number } = {},
  ): Promise<Answer<PlacedOrder & Problem>> {
    const { quantity = 1, key = newId(), streamId, priceMinor = item.priceMinor } = options;
    const items = [{ variantId: item.variantId, quantity, expectedUnitPriceMinor: priceMinor }];
    return this.send('POST', '/orders', buyer, { ...(streamId ? { streamId } : {}), items }, key);
  }

  /** An order that must succeed. */
  async placed(
    buyer: Person,
    item: Stocked,
    options: { quantity?: number; key?: string } = {},
  ): Promise<PlacedOrder> {
    const answer = await this.order(buyer, item, options);
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body;
  }

  /** An order whose payment has arrived. */
  async paid(buyer: Person, item: Stocked, options: { quantity?: number; method?: string } = {}) {
    const placed = await this.placed(buyer, item, options);
    await this.pay(placed, options.method);
    await this.until(placed.order.id, 'paid');
    return placed;
  }

  async stockOf(item: Stocked): Promise<{ onHand: number; reserved: number }> {
    const [row] = await this.rows<{ onHand: number; reserved: number }>(
      'select on_hand as "onHand", reserved from variants where id = $1',
      [item.variantId],
    );
    if (!row) throw new Error(`no variant ${item.variantId}`);
    return row;
  }

  /** How often an event was delivered for an order. */
  heardOf(event: EventName, orderId: string): number {
    return this.heard.filter((told) => told.event === event && told.payload.orderId === orderId).length;
  }

  /** Confirms as the buyer's device does. Answers the PaymentIntent's status or the error's code. */
  async pay(placed: Pick<PlacedOrder, 'payment'>, method = 'pm_card_visa'): Promise<string> {
    const { paymentIntentId, clientSecret, publishableKey } = placed.payment;
    const response = await fetch(`${this.stripe.url}/v1/payment_intents/${paymentIntentId}/confirm`, {
      method: 'POST',
      body: new URLSearchParams({ key: publishableKey, client_secret: clientSecret, payment_method: method }),
    });
    const body = (await response.json()) as { status?: string; error?: { code: string } };
    return body.status ?? body.error?.code ?? String(response.status);
  }

  async send<Body = Problem>(
    method: string,
    where: string,
    person: Person | null,
    body?: unknown,
    key?: string,
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}${where}`, {
      method,
      headers: {
        ...(person ? { authorization: `Bearer ${person.token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text ? JSON.parse(text) : null };
  }

  async rows<Row extends object>(query: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.asking.query<Row>(query, values)).rows;
  }

  async status(orderId: string): Promise<string | undefined> {
    const [row] = await this.rows<{ status: string }>('select status from orders where id = $1', [orderId]);
    return row?.status;
  }

  /** Waits for an order's status; throws with the one it had. */
  async until(orderId: string, status: string, timeoutMs = 30_000): Promise<void> {
    await waitFor(async () => (await this.status(orderId)) === status, timeoutMs).catch(async () => {
      throw new Error(`order ${orderId} is ${await this.status(orderId)}, not ${status}`);
    });
  }

  /** Nothing is queued and nothing is at work; throws with what is. */
  async quiet(): Promise<void> {
    const busy = () =>
      this.rows<{ task_identifier: string; attempts: number; last_error: string | null }>(
        `select task_identifier, attempts, last_error from graphile_worker.jobs
         where run_at <= now() + interval '1 second' or locked_at is not null`,
      );
    await waitFor(async () => (await busy()).length === 0).catch(async () => {
      throw new Error(`still at work: ${JSON.stringify(await busy())}`);
    });
  }

  /** Until a statement with these words waits for a lock. */
  async lockWaitOf(words: string): Promise<void> {
    await waitFor(async () => {
      const waiting = await this.rows(
        `select from pg_stat_activity where wait_event_type = 'Lock' and strpos(query, $1) > 0`,
        [words],
      );
      return waiting.length > 0;
    });
  }

  /** Makes the holds of open orders end now, by the database's clock. */
  async letHoldsEnd(): Promise<void> {
    await this.database.pool.query(
      `update orders set hold_expires_at = now() - interval '1 second' where status = 'pending'`,
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }
}

export async function waitFor(isTrue: () => Promise<boolean> | boolean, timeoutMs = 30_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > endMs) throw new Error(`waited ${timeoutMs} ms in vain for ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** No test takes so long: what settles some time later is settled by the test. */
const settledByHandMs = 3_600_000;

/** A day goes by for every Idempotency-Key, and those are forgotten that may be. */
export async function letKeysAge(shop: Shop): Promise<void> {
  await shop.rows(`update idempotency_keys set created_at = created_at - interval '25 hours'`);
  await shop.get(IdempotencyStore).purge(shop.database.db);
}

class NobodyWatches extends LiveAudience {
  viewersOf(): number {
    return 0;
  }
}

class NoPhones extends PushProvider {
  send(token: string): Promise<never> {
    throw new Error(`nobody has the phone ${token}`);
  }
}

/** The buyer's inbox, open to the test. */
export class ReadableCodes extends OneTimeCodeSender {
  readonly #sent = new Map<string, Map<number, string>>();
  #failures = 0;

  async addressOf() {
    return { channel: 'inbox', masked: 'a•••@example.test' } as const;
  }

  async send(message: { orderId: string; code: string; number: number }): Promise<void> {
    const { orderId, code, number } = message;
    if (this.#failures > 0) {
      this.#failures -= 1;
      throw new Error('the way to the inbox is broken');
    }
    this.#sent.set(orderId, this.#of(orderId).set(number, code));
  }

  /** The codes of an order, the newest last. */
  sentTo(orderId: string): readonly string[] {
    return [...this.#of(orderId).values()];
  }

  /** The next code reaches nobody. */
  failOnce(): void {
    this.#failures += 1;
  }

  #of(orderId: string): Map<number, string> {
    return this.#sent.get(orderId) ?? new Map();
  }
}

@Module({})
class Ports {}
@Module({ imports: [AccountsModule, CatalogModule, OrdersModule, NotificationsModule] })
class ShopModule {}

export async function startShop(options: ShopOptions = {}): Promise<Shop> {
  const resources = new AsyncDisposableStack();
  const { url: databaseUrl } = resources.use(await createTestDatabase());
  const asking = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  resources.defer(() => asking.end());
  const stripe = await StripeEmulator.start({
    webhookSpeedFactor: 3000,
    delayedPaymentMs: settledByHandMs,
    refundMs: settledByHandMs,
  });
  resources.defer(() => stripe.close());
  const uploads = await mkdtemp(path.join(os.tmpdir(), 'vybekart-shop-'));
  resources.defer(() => rm(uploads, { recursive: true, force: true }));
  const log = new HeardLog();
  const heard: Shop['heard'] = [];
  const codes = new ReadableCodes();
  const start = () => startServer({ options, databaseUrl, stripe, uploads, log, heard, codes });
  return new Shop(start, await start(), databaseUrl, asking, stripe, log, heard, resources);
}

/** What a server is started with, and what outlives it. */
interface Surroundings {
  options: ShopOptions;
  databaseUrl: string;
  stripe: StripeEmulator;
  uploads: string;
  log: HeardLog;
  heard: Shop['heard'];
  codes: ReadableCodes;
}

async function startServer({
  options,
  databaseUrl,
  stripe,
  uploads,
  log,
  heard,
  codes,
}: Surroundings): Promise<Running> {
  const resources = new AsyncDisposableStack();
  const database = resources.use(new Database(databaseUrl, log));
  const jobs = resources.use(new JobQueue(database, openLog({ level: 'silent', format: 'json' })));
  const clock = new SystemClock();
  const limits = new RateLimits(clock);
  const bus = new OneNode();
  const ports: Provider[] = [
    { provide: Log, useValue: log },
    { provide: Clock, useValue: clock },
    { provide: Database, useValue: database },
    { provide: Events, useValue: jobs },
    { provide: Jobs, useValue: jobs },
    { provide: Registry, useValue: new Registry() },
    { provide: Files, useValue: new DirectoryFiles(uploads) },
    { provide: RateLimits, useValue: limits },
    { provide: SharedRateLimits, useValue: new OneNodeRateLimits(limits) },
    { provide: NodeBus, useValue: bus },
    { provide: UserSockets, useValue: new UserSockets(bus) },
    { provide: OriginPolicy, useValue: new OriginPolicy([]) },
    { provide: SessionKeys, useValue: new SessionKeys('a secret of this test alone') },
    { provide: LiveAudience, useValue: new NobodyWatches() },
    { provide: PushProvider, useValue: new NoPhones() },
    { provide: OneTimeCodeKey, useValue: new OneTimeCodeKey('another secret of this test') },
    { provide: OneTimeCodeSender, useValue: codes },
    {
      provide: OrderOptions,
      useValue: new OrderOptions(
        options.holdSeconds ?? 600,
        options.maxUnpaidOrders,
        options.maxConfirmedOrders,
      ),
    },
    {
      provide: PaymentProvider,
      useValue:
        options.provider ?? new StripePayments(stripe.secretKey, stripe.url, null, options.paymentTimeoutMs),
    },
    {
      provide: PaymentsOptions,
      useValue: new PaymentsOptions({
        label: 'local',
        publishableKey: stripe.publishableKey,
        apiBase: `${stripe.url}`,
        webhookSecret: stripe.webhookSecret,
        isLive: false,
      }),
    },
  ];
  let lane: ExpressLane | undefined;
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: ShopModule,
      imports: [{ module: Ports, global: true, providers: ports, exports: ports.map(tokenOf) }],
    },
    new FastifyAdapter({
      bodyLimit: 1024 * 1024,
      genReqId: () => newId(),
      loggerInstance: failuresTo(log),
      serverFactory: (handle: RequestListener) =>
        createServer((request, response) => {
          if (!lane?.take(request, response)) handle(request, response);
        }),
    }),
    { logger: false, rawBody: true, abortOnError: false },
  );
  resources.defer(() => app.close());
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  lane = app.get(ExpressLane);
  listenToAll(jobs, heard);
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  stripe.setWebhookUrl(`${url}/webhooks/stripe`);
  if (options.withJobs !== false) await jobs.start();
  return { url, app, database, jobs, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** The failures of requests (5xx), as a person would read them in the server's log. */
function failuresTo(log: HeardLog) {
  const write = (line: string) => {
    const { err, msg } = JSON.parse(line) as { err?: { message: string }; msg: string };
    log.failures.push(`${msg}: ${err?.message}`);
  };
  return pino({ level: 'error' }, { write });
}

function listenToAll(jobs: JobQueue, heard: Shop['heard']): void {
  const names: EventName[] = [
    'order.paid',
    'order.confirmed',
    'order.delivered',
    'order.prolonged',
    'order.closed',
    'order.refunded',
    'order.disputed',
    'refund.failed',
    'refund.requested',
    'refund.declined',
    'stock.changed',
  ];
  for (const event of names) {
    jobs.on(event, 'test:heard', async (payload) => {
      heard.push({ event, payload });
    });
  }
}

function tokenOf(provider: Provider) {
  return typeof provider === 'function' ? provider : provider.provide;
}
