import { Inject, Module } from '@nestjs/common';
import { Database } from '../platform/database.ts';
import { Events, Jobs } from '../platform/events.ts';
import { Log } from '../platform/log.ts';
import { provide } from '../platform/provide.ts';
import { UserSockets } from '../platform/user-sockets.ts';
import { NotificationsController } from './notifications.controller.ts';
import { NotificationsService } from './notifications.service.ts';
import { NotificationsStore } from './notifications.store.ts';
import { PushProvider } from './push-provider.ts';

@Module({
  controllers: [NotificationsController],
  providers: [
    provide(NotificationsStore),
    provide(NotificationsService, Database, NotificationsStore, PushProvider, UserSockets, Jobs, Log),
  ],
  exports: [NotificationsService],
})
export class NotificationsModule {
  constructor(
    @Inject(NotificationsService) notifications: NotificationsService,
    @Inject(Events) events: Events,
  ) {
    notifications.listen(events);
  }
}
