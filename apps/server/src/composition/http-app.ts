import type { IncomingMessage, ServerResponse } from 'node:http';
import multipart from '@fastify/multipart';
import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { uploadRoute } from '@vybekart/contract';
import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { CatalogModule } from '../catalog/catalog.module.ts';
import { MediaModule } from '../media/media.module.ts';
import { NotificationsModule } from '../notifications/notifications.module.ts';
import { NotificationsService } from '../notifications/notifications.service.ts';
import { ApiDocumentsController } from '../operations/api-documents.controller.ts';
import { HealthController } from '../operations/health.controller.ts';
import { StockHealth } from '../operations/stock-health.ts';
import { ExpressLane } from '../orders/express-lane.ts';
import { LiveAudience } from '../orders/live-audience.ts';
import { OrdersModule } from '../orders/orders.module.ts';
import { StockAudit } from '../orders/stock-audit.ts';
import { OneTimeCodeSender } from '../payments/one-time-code-sender.ts';
import { PaymentsModule } from '../payments/payments.module.ts';
import { AppError } from '../platform/app-error.ts';
import { ClientAddress } from '../platform/client-address.ts';
import { newId } from '../platform/ids.ts';
import type { PinoLog } from '../platform/log.ts';
import { crossOriginHeaders, OriginPolicy, safeHeaders } from '../platform/origin-policy.ts';
import { ProblemFilter, sendProblem } from '../platform/problem-filter.ts';
import { validationPipe } from '../platform/validation.ts';
import { RecordingsModule } from '../recordings/recordings.module.ts';
import { RoomModule } from '../room/room.module.ts';
import { SocketBudget } from '../room/socket-budget.ts';
import { StreamsIoAdapter } from '../room/streams-io-adapter.ts';
import { LiveCounts } from '../streams/live-counts.ts';
import { StreamsModule } from '../streams/streams.module.ts';
import type { HttpListener } from './http-listener.ts';
import { InboxCodeSender } from './inbox-code-sender.ts';
import { NestLog } from './nest-log.ts';
import { serveWebApp } from './web-app.ts';

/** What orders and payments ask of rooms and of the inbox, which stand before them on the journey. */
@Global()
@Module({
  imports: [StreamsModule, NotificationsModule],
  providers: [
    {
      provide: LiveAudience,
      inject: [LiveCounts],
      useFactory: (counts: LiveCounts): LiveAudience => ({
        viewersOf: (streamId) => counts.of(streamId)?.viewerCount ?? 0,
      }),
    },
    {
      provide: OneTimeCodeSender,
      inject: [NotificationsService],
      useFactory: (notifications: NotificationsService) => new InboxCodeSender(notifications),
    },
  ],
  exports: [LiveAudience, OneTimeCodeSender],
})
class EarlierOnTheJourney {}

@Module({
  imports: [
    AccountsModule,
    StreamsModule,
    RecordingsModule,
    RoomModule,
    MediaModule,
    CatalogModule,
    OrdersModule,
    PaymentsModule,
    NotificationsModule,
    EarlierOnTheJourney,
  ],
  controllers: [HealthController, ApiDocumentsController],
  providers: [
    {
      provide: StockHealth,
      inject: [StockAudit],
      useFactory: (audit: StockAudit): StockHealth => ({ mismatchCount: () => audit.mismatches.length }),
    },
  ],
})
class AppModule {}

/** The ports of the system with their adapters, for every feature to name in its wiring. */
@Module({})
class PortsModule {
  static with(ports: Provider[]): DynamicModule {
    return { module: PortsModule, global: true, providers: ports, exports: ports.map(tokenOf) };
  }
}

function tokenOf(provider: Provider) {
  return typeof provider === 'function' ? provider : provider.provide;
}

export interface HttpAppOptions {
  ports: Provider[];
  listener: HttpListener;
  origins: OriginPolicy;
  log: PinoLog;
  /** Proxies whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  socketsPerAddress: number;
  /** Other origins that the web app loads from (its own public address, payment provider). */
  contentOrigins: string[];
  /** Whether its scripts may run WebAssembly. */
  needsWebAssembly: boolean;
}

/** REST, sockets, pictures and the web app on the listener's port. */
export async function createHttpApp(options: HttpAppOptions): Promise<NestFastifyApplication> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {};
  const adapter = new FastifyAdapter({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1024 * 1024,
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    genReqId: () => newId(),
    // Longer ones are refused as addresses; shorter ones are for the routes to judge.
    routerOptions: { maxParamLength: 8192 },
    // An address that cannot be decoded names nothing.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(request, reply, new AppError('not_found')),
    serverFactory: (handler: typeof handle) => {
      handle = handler;
      return options.listener.server;
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: AppModule, imports: [PortsModule.with(options.ports)] },
    adapter,
    { logger: new NestLog(options.log), rawBody: true, abortOnError: false },
  );
  const fastify = adapter.getInstance();
  await fastify.register(multipart, {
    limits: { fileSize: uploadRoute.maxBytes, files: 1, fields: 0, parts: 1 },
  });
  await serveWebApp(fastify, options);
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.url.length > 8192) throw new AppError('uri_too_long');
    reply.headers(safeHeaders);
    const { origin, host } = request.headers;
    if (origin === undefined) return;
    if (!options.origins.isAllowed(origin, host)) {
      if (request.method !== 'GET' && request.method !== 'HEAD') throw new AppError('forbidden_origin');
      return;
    }
    reply.headers(crossOriginHeaders(origin));
    if (request.method === 'OPTIONS') {
      reply
        .header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE')
        .header(
          'access-control-allow-headers',
          'authorization, content-type, idempotency-key, if-match, if-none-match',
        )
        .header('access-control-max-age', '7200')
        .status(204)
        .send();
    }
  });
  const addresses = new ClientAddress(options.trustedProxies);
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  const budget = new SocketBudget(addresses, options.socketsPerAddress);
  app.useWebSocketAdapter(new StreamsIoAdapter(app, budget, options.origins));
  await app.init();
  // Everything but JSON and uploads is refused with 415 instead of being read as text.
  fastify.removeContentTypeParser(['text/plain', 'application/x-www-form-urlencoded']);
  await fastify.ready();
  // Not earlier: Fastify cannot take requests while its hooks and routes are being put together.
  const expressLane = app.get(ExpressLane);
  options.listener.serve((request, response) => {
    if (!expressLane.take(request, response)) handle(request, response);
  });
  return app;
}
