import { Inject, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Clock } from '../platform/clock.ts';
import { Database } from '../platform/database.ts';
import { Jobs } from '../platform/events.ts';
import { Files } from '../platform/files.ts';
import { NodeBus } from '../platform/node-bus.ts';
import { provide } from '../platform/provide.ts';
import { RateLimits, SharedRateLimits } from '../platform/rate-limits.ts';
import { UserSockets } from '../platform/user-sockets.ts';
import { AccessGuard } from './access.guard.ts';
import { AccessTokens, SessionKeys } from './access-tokens.ts';
import { AccountsController } from './accounts.controller.ts';
import { AccountsService } from './accounts.service.ts';
import { AccountsStore } from './accounts.store.ts';
import { Passwords } from './passwords.ts';
import { Profiles } from './profiles.ts';
import { SessionCache } from './session-cache.ts';
import { SessionsService } from './sessions.service.ts';
import { SessionsStore } from './sessions.store.ts';
import { ShopsController } from './shops.controller.ts';
import { ShopsService } from './shops.service.ts';
import { ShopsStore } from './shops.store.ts';
import { UploadsController } from './uploads.controller.ts';
import { UploadsService } from './uploads.service.ts';

@Module({
  controllers: [AccountsController, ShopsController, UploadsController],
  providers: [
    provide(AccountsStore),
    provide(SessionsStore),
    provide(ShopsStore),
    provide(Passwords),
    provide(SessionCache, Database, Clock, NodeBus),
    provide(AccessTokens, SessionKeys, SessionCache, Clock),
    provide(Profiles, Database, AccountsStore, ShopsStore),
    provide(UploadsService, Database, Files, RateLimits),
    provide(ShopsService, Database, ShopsStore, Profiles, UploadsService, SessionCache),
    provide(
      SessionsService,
      Database,
      SessionsStore,
      SessionCache,
      AccessTokens,
      SessionKeys,
      Profiles,
      UserSockets,
    ),
    provide(
      AccountsService,
      Database,
      AccountsStore,
      Passwords,
      SessionsService,
      ShopsService,
      Profiles,
      SharedRateLimits,
    ),
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccessTokens, Profiles, UploadsService],
})
export class AccountsModule {
  constructor(@Inject(SessionsService) sessions: SessionsService, @Inject(Jobs) jobs: Jobs) {
    jobs.every('accounts:purge-sessions', 3_600_000, () => sessions.purge());
  }
}
