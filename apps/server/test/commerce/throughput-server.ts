import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Provider } from '@nestjs/common';
import { Registry } from 'prom-client';
import { AccessTokens, SessionKeys } from '../../src/accounts/access-tokens.ts';
import { createHttpApp } from '../../src/composition/http-app.ts';
import { HttpListener } from '../../src/composition/http-listener.ts';
import { openMedia } from '../../src/composition/media.ts';
import { openPush } from '../../src/composition/push.ts';
import { readConfig } from '../../src/config.ts';
import { MediaProvider } from '../../src/media/media-provider.ts';
import { MediaWebhooks } from '../../src/media/media-webhooks.ts';
import { PushProvider } from '../../src/notifications/push-provider.ts';
import { OrderOptions } from '../../src/orders/order-options.ts';
import { OneTimeCodeKey } from '../../src/payments/cash-codes.ts';
import { PaymentProvider } from '../../src/payments/payment-provider.ts';
import { PaymentsOptions } from '../../src/payments/payments-options.ts';
import { Clock, SystemClock } from '../../src/platform/clock.ts';
import { Database } from '../../src/platform/database.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.ts';
import { Events, Jobs } from '../../src/platform/events.ts';
import { DirectoryFiles, Files } from '../../src/platform/files.ts';
import { newId } from '../../src/platform/ids.ts';
import { JobQueue } from '../../src/platform/job-queue.ts';
import { Log, openLog } from '../../src/platform/log.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { NodeBus, OneNode } from '../../src/platform/node-bus.ts';
import { OriginPolicy } from '../../src/platform/origin-policy.ts';
import { PublicAddress } from '../../src/platform/public-address.ts';
import { OneNodeRateLimits, RateLimits, SharedRateLimits } from '../../src/platform/rate-limits.ts';
import { UserSockets } from '../../src/platform/user-sockets.ts';
import { RecordingOptions } from '../../src/recordings/recordings.service.ts';
import { MemoryPresence } from '../../src/room/memory-presence.ts';
import { Presence } from '../../src/room/presence.ts';
import { StreamOptions } from '../../src/streams/stream-lifecycle.ts';
import { InstantPayments } from './instant-payments.ts';

// The server as it runs, for measuring POST /orders: embedded PostgreSQL, every module, a shop and signed-in
// buyers. Only the payments are answered without a network. Started with an IPC channel; says { url, databaseUrl,
// tokens } when it serves, and CPU times when asked.

const buyerCount = 2000;
const resources = new AsyncDisposableStack();
const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-throughput-'));
resources.defer(() => rm(dataDir, { recursive: true, force: true }));
const log = openLog({ level: 'error', format: 'text' });
const postgres = await startEmbeddedPostgres({ dataDir, log });
resources.defer(() => postgres.stop());
await migrate(postgres.url);

const config = readConfig({ NODE_ENV: 'test', PORT: '0', RTMP_PORT: '0', DATA_DIR: dataDir });
const listener = resources.use(await HttpListener.bind(config.host, config.port));
const address = new PublicAddress(null);
address.listening(listener.port, config.host);
const clock = new SystemClock();
const limits = new RateLimits(clock);
const bus = new OneNode();
const database = resources.use(new Database(postgres.url, log));
const jobs = resources.use(new JobQueue(database, log));
const files = new DirectoryFiles(path.join(dataDir, 'uploads'));
const origins = new OriginPolicy([address.url]);
const { push } = await openPush(config, clock, resources);
const { media, webhooks } = await openMedia(
  config,
  { listener, address, origins, database, clock, log },
  resources,
);
const keys = new SessionKeys(newId());
const ports: Provider[] = [
  { provide: Log, useValue: log },
  { provide: Clock, useValue: clock },
  { provide: Database, useValue: database },
  { provide: Events, useValue: jobs },
  { provide: Jobs, useValue: jobs },
  { provide: Files, useValue: files },
  { provide: RateLimits, useValue: limits },
  { provide: SharedRateLimits, useValue: new OneNodeRateLimits(limits) },
  { provide: NodeBus, useValue: bus },
  { provide: UserSockets, useValue: new UserSockets(bus) },
  { provide: OriginPolicy, useValue: origins },
  { provide: PublicAddress, useValue: address },
  { provide: SessionKeys, useValue: keys },
  { provide: OneTimeCodeKey, useValue: new OneTimeCodeKey(newId()) },
  { provide: PushProvider, useValue: push },
  { provide: MediaProvider, useValue: media },
  { provide: MediaWebhooks, useValue: webhooks },
  { provide: PaymentProvider, useValue: new InstantPayments() },
  {
    provide: PaymentsOptions,
    useValue: new PaymentsOptions({
      label: 'stripe',
      publishableKey: 'pk_test_throughput',
      webhookSecret: 'whsec_throughput',
      isLive: false,
    }),
  },
  // Its buyers never pay, so that nothing but placing orders is measured; hence more unpaid orders for each.
  { provide: OrderOptions, useValue: new OrderOptions(86_400, 1000) },
  { provide: Presence, useValue: new MemoryPresence() },
  { provide: StreamOptions, useValue: new StreamOptions() },
  {
    provide: RecordingOptions,
    useValue: new RecordingOptions(config.recording.retentionDays, config.recording.maxBytes),
  },
  { provide: Registry, useValue: new Registry() },
];
const app = await createHttpApp({
  ports,
  listener,
  origins,
  log,
  trustedProxies: [],
  socketsPerAddress: config.socketsPerAddress,
  contentOrigins: [address.url],
  needsWebAssembly: false,
});
resources.defer(() => app.close());
await jobs.start();

const [sellerId, shopId] = [newId(), newId()];
const buyers = Array.from({ length: buyerCount }, () => ({ userId: newId(), sessionId: newId() }));
const addUser = `insert into users (id, email, password_hash, display_name) values ($1::uuid, $1::uuid || '@example.test', '-', 'Asha')`;
await database.pool.query(addUser, [sellerId]);
await database.pool.query(
  `insert into shops (id, owner_id, handle, name) values ($1, $2, 'sahil', 'Sahil Silks')`,
  [shopId, sellerId],
);
for (const { userId, sessionId } of buyers) {
  await database.pool.query(addUser, [userId]);
  await database.pool.query('insert into sessions (id, user_id) values ($1, $2)', [sessionId, userId]);
}
const accessTokens = app.get(AccessTokens);
const tokens = await Promise.all(
  buyers.map(async ({ userId, sessionId }) => (await accessTokens.issue(userId, sessionId)).token),
);
await database.pool.query('analyze users, sessions, shops, products, variants');

process.on('message', (message) => {
  if (message === 'cpu') process.send?.({ cpu: process.cpuUsage() });
});
process.on('disconnect', () => {
  resources.disposeAsync().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
process.send?.({
  url: `http://127.0.0.1:${listener.port}`,
  databaseUrl: postgres.url,
  tokens,
});
