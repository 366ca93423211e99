import { Controller, Get, Header, Inject } from '@nestjs/common';
import { sql } from 'kysely';
import { Registry } from 'prom-client';
import { AppError } from '../platform/app-error.ts';
import { Database } from '../platform/database.ts';
import { Access, Endpoint } from '../platform/endpoint.ts';
import { NodeBus } from '../platform/node-bus.ts';
import { StockHealth } from './stock-health.ts';

/** For load balancers and monitoring. */
@Controller()
@Access('public')
export class HealthController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(NodeBus) private readonly bus: NodeBus,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(StockHealth) private readonly stock: StockHealth,
  ) {}

  @Get('/health/live')
  live() {
    return { status: 'up' };
  }

  @Get('/health/ready')
  async ready() {
    await sql`select 1`.execute(this.database.db).catch((error: unknown) => {
      throw new AppError(
        'unavailable',
        { detail: 'The database does not answer.', retryAfterMs: 2000 },
        { cause: error },
      );
    });
    // Orders and what happens on this node go on without the other nodes, so traffic should still come.
    return {
      ...(this.bus.isUp
        ? { status: 'up', database: 'up', nodes: 'up' }
        : { status: 'degraded', database: 'up', nodes: 'down' }),
      stockMismatches: this.stock.mismatchCount(),
    };
  }

  @Get('/metrics')
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  metrics(): Promise<string> {
    return this.registry.metrics();
  }

  @Endpoint('time')
  time() {
    return { now: new Date().toISOString() };
  }
}
