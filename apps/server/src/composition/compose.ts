import { mkdir } from 'node:fs/promises';
import type { Provider } from '@nestjs/common';
import type { FcmEmulator, StripeEmulator } from '@vybekart/emulators';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { SessionKeys } from '../accounts/access-tokens.ts';
import type { Config } from '../config.ts';
import { MediaProvider } from '../media/media-provider.ts';
import { MediaWebhooks } from '../media/media-webhooks.ts';
import { PushProvider } from '../notifications/push-provider.ts';
import { OrderOptions } from '../orders/order-options.ts';
import { OneTimeCodeKey } from '../payments/cash-codes.ts';
import { PaymentProvider } from '../payments/payment-provider.ts';
import { PaymentsOptions } from '../payments/payments-options.ts';
import { Clock, SystemClock } from '../platform/clock.ts';
import { Database } from '../platform/database.ts';
import { Events, Jobs } from '../platform/events.ts';
import { Files } from '../platform/files.ts';
import { JobQueue } from '../platform/job-queue.ts';
import { Log, openLog } from '../platform/log.ts';
import { NodeBus } from '../platform/node-bus.ts';
import { OriginPolicy } from '../platform/origin-policy.ts';
import { PublicAddress } from '../platform/public-address.ts';
import { RateLimits, SharedRateLimits } from '../platform/rate-limits.ts';
import { UserSockets } from '../platform/user-sockets.ts';
import { RecordingOptions } from '../recordings/recordings.service.ts';
import { Presence } from '../room/presence.ts';
import { StreamOptions } from '../streams/stream-lifecycle.ts';
import { openDatabase } from './database.ts';
import { openDemo } from './demo.ts';
import { openFiles } from './files.ts';
import { openHotState } from './hot-state.ts';
import { createHttpApp } from './http-app.ts';
import { HttpListener } from './http-listener.ts';
import { openMedia } from './media.ts';
import { openPayments } from './payments.ts';
import { openPush } from './push.ts';
import { signingSecret } from './signing-secret.ts';

export interface RunningServer {
  /** Where browsers reach it. */
  url: string;
  port: number;
  /** 0 where encoders publish to a cloud. */
  rtmpPort: number;
  /** One line for each port of the system: which implementation serves it. */
  report: string[];
  /** The stand-ins that this server started itself, with their controls; null where a real service is used. */
  emulators: { stripe: StripeEmulator | null; fcm: FcmEmulator | null };
  close(): Promise<void>;
}

/** The system on one screen: every port with the adapter that the configuration chooses. */
export async function startServer(config: Config): Promise<RunningServer> {
  const resources = new AsyncDisposableStack();
  try {
    return await compose(config, resources);
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

async function compose(config: Config, resources: AsyncDisposableStack): Promise<RunningServer> {
  const log = openLog({ level: config.logLevel, format: config.isProduction ? 'json' : 'text' });
  await mkdir(config.dataDir, { recursive: true });
  const listener = resources.use(await HttpListener.bind(config.host, config.port));
  const address = new PublicAddress(config.publicUrl);
  address.listening(listener.port, config.host);
  const clock = new SystemClock();
  const { database, report: databaseReport } = await openDatabase(config, log, resources);
  const hasOtherNodes = config.hotState.kind === 'redis';
  const jobs = resources.use(new JobQueue(database, log, hasOtherNodes));
  const files = await openFiles(config, resources);
  const { push, emulator: fcm, report: pushReport } = await openPush(config, clock, resources);
  const origins = new OriginPolicy([address.url, ...config.allowedOrigins]);
  const {
    media,
    rtmpPort,
    webhooks,
    contentOrigins,
    needsWebAssembly,
    report: mediaReport,
  } = await openMedia(config, { listener, address, origins, database, clock, log }, resources);
  const payments = await openPayments(config, { listener, address, clock }, resources);

  const secret = await signingSecret(config.jwtSecret, config.dataDir);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const limits = new RateLimits(clock);
  const hotState = await openHotState(config, { limits, registry, log }, resources);
  const ports: Provider[] = [
    { provide: Log, useValue: log },
    { provide: Clock, useValue: clock },
    { provide: Database, useValue: database },
    { provide: Events, useValue: jobs },
    { provide: Jobs, useValue: jobs },
    { provide: Files, useValue: files },
    { provide: RateLimits, useValue: limits },
    { provide: SharedRateLimits, useValue: hotState.limits },
    { provide: NodeBus, useValue: hotState.bus },
    { provide: UserSockets, useValue: new UserSockets(hotState.bus) },
    { provide: OriginPolicy, useValue: origins },
    { provide: PublicAddress, useValue: address },
    { provide: SessionKeys, useValue: new SessionKeys(secret) },
    { provide: OneTimeCodeKey, useValue: new OneTimeCodeKey(secret) },
    { provide: PushProvider, useValue: push },
    { provide: MediaProvider, useValue: media },
    { provide: MediaWebhooks, useValue: webhooks },
    { provide: PaymentProvider, useValue: payments.payments },
    { provide: PaymentsOptions, useValue: payments.options },
    {
      provide: OrderOptions,
      useValue: new OrderOptions(config.orderHoldSeconds, undefined, undefined, hasOtherNodes),
    },
    { provide: Presence, useValue: hotState.presence },
    {
      provide: RecordingOptions,
      useValue: new RecordingOptions(config.recording.retentionDays, config.recording.maxBytes),
    },
    { provide: StreamOptions, useValue: new StreamOptions() },
    { provide: Registry, useValue: registry },
  ];
  const app = await createHttpApp({
    ports,
    listener,
    origins,
    log,
    trustedProxies: config.trustedProxies,
    socketsPerAddress: config.socketsPerAddress,
    contentOrigins: [...new Set([address.url, ...contentOrigins])],
    needsWebAssembly,
  });
  resources.defer(() => app.close());
  await jobs.start();
  resources.defer(() => listener.drain(config.drainDelayMs));
  const demo = await openDemo(config, { database, listener, rtmpPort, log }, resources);

  return {
    url: address.url,
    port: listener.port,
    rtmpPort,
    report: [
      `database    ${databaseReport}`,
      ...hotState.report,
      `media       ${mediaReport}`,
      `payments    ${payments.report}`,
      `push        ${pushReport}`,
      `files       ${files.place}`,
      'jobs        graphile-worker in the database',
      ...(demo?.report ?? []),
      `app         ${address.url}`,
    ],
    emulators: { stripe: payments.emulator, fcm },
    close: () => resources.disposeAsync(),
  };
}
