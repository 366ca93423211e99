import { Controller, Inject, Query } from '@nestjs/common';
import { PageQuery } from '@vybekart/contract';
import { type Caller, Endpoint, SignedIn } from '../platform/endpoint.ts';
import { NotificationsService } from './notifications.service.ts';

@Controller()
export class NotificationsController {
  constructor(@Inject(NotificationsService) private readonly notifications: NotificationsService) {}

  @Endpoint('listNotifications')
  list(@SignedIn() caller: Caller, @Query({ schema: PageQuery }) query: PageQuery) {
    return this.notifications.list(caller, query);
  }

  @Endpoint('readNotifications')
  markRead(@SignedIn() caller: Caller): Promise<void> {
    return this.notifications.markRead(caller);
  }
}
