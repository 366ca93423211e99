import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { AccessTokens } from '../accounts/access-tokens.ts';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { CatalogModule } from '../catalog/catalog.module.ts';
import { CatalogService } from '../catalog/catalog.service.ts';
import { StockStore } from '../catalog/stock.store.ts';
import { MediaProvider } from '../media/media-provider.ts';
import { Clock } from '../platform/clock.ts';
import { Database } from '../platform/database.ts';
import { Events, Jobs } from '../platform/events.ts';
import { Log } from '../platform/log.ts';
import { NodeBus } from '../platform/node-bus.ts';
import { provide } from '../platform/provide.ts';
import { RateLimits, SharedRateLimits } from '../platform/rate-limits.ts';
import { UserSockets } from '../platform/user-sockets.ts';
import { LiveCounts } from '../streams/live-counts.ts';
import { StreamGuests } from '../streams/stream-guests.ts';
import { StreamsModule } from '../streams/streams.module.ts';
import { VideoClock } from '../streams/video-clock.ts';
import { Attendance } from './attendance.ts';
import { CatchUp } from './catch-up.ts';
import { Chat } from './chat.ts';
import { Likes } from './likes.ts';
import { MessagesStore } from './messages.store.ts';
import { BlockedWordLists } from './moderation/blocked-word-list.ts';
import { ChatDirection } from './moderation/chat-direction.ts';
import { Devices } from './moderation/devices.ts';
import { HouseRulesStore } from './moderation/house-rules.store.ts';
import { HouseRules } from './moderation/house-rules.ts';
import { ModerationController } from './moderation/moderation.controller.ts';
import { ModerationService } from './moderation/moderation.service.ts';
import { ModerationLogStore } from './moderation/moderation-log.store.ts';
import { ModeratorsStore } from './moderation/moderators.store.ts';
import { Moderators } from './moderation/moderators.ts';
import { MutesStore } from './moderation/mutes.store.ts';
import { ReviewStore } from './moderation/review.store.ts';
import { Review } from './moderation/review.ts';
import { Sanctions } from './moderation/sanctions.ts';
import { Standings } from './moderation/standings.ts';
import { WritingRules } from './moderation/writing-rules.ts';
import { PinsStore } from './pins.store.ts';
import { Pins } from './pins.ts';
import { Presence } from './presence.ts';
import { RoomController } from './room.controller.ts';
import { RoomGateway } from './room.gateway.ts';
import { RoomHandlers } from './room-handlers.ts';
import { RoomLogStore } from './room-log.store.ts';
import { RoomViews } from './room-views.ts';
import { RoomsStore } from './rooms.store.ts';
import { Rooms } from './rooms.ts';
import { SocketAuth } from './socket-auth.ts';
import { StockNotices } from './stock-notices.ts';
import { StreamNotices } from './stream-notices.ts';
import { VideoFigures } from './video-figures.ts';

@Module({
  imports: [AccountsModule, StreamsModule, CatalogModule],
  controllers: [RoomController, ModerationController],
  providers: [
    provide(RoomsStore),
    provide(RoomLogStore),
    provide(MessagesStore),
    provide(PinsStore),
    provide(HouseRulesStore),
    provide(ModerationLogStore),
    provide(ModeratorsStore),
    provide(MutesStore),
    provide(WritingRules, HouseRulesStore, Database, SharedRateLimits, Clock),
    provide(ChatDirection, Rooms, Standings, RoomLogStore, MessagesStore, ModerationLogStore),
    provide(ReviewStore),
    provide(BlockedWordLists, Database, HouseRulesStore, ModerationLogStore, HouseRules),
    provide(
      Review,
      Rooms,
      Database,
      ReviewStore,
      MessagesStore,
      RoomLogStore,
      ModerationLogStore,
      HouseRules,
      Standings,
      UserSockets,
      SharedRateLimits,
      Clock,
    ),
    provide(HouseRules, Database, HouseRulesStore, NodeBus),
    provide(Devices, Database, MutesStore),
    provide(Standings, HouseRules, Devices, MutesStore, UserSockets, Database, Clock),
    provide(Moderators, Database, ModeratorsStore, HouseRulesStore, ModerationLogStore, Standings),
    provide(ModerationService, Database, HouseRulesStore, ModerationLogStore, MutesStore, Standings),
    provide(
      Sanctions,
      Rooms,
      Standings,
      MutesStore,
      ModeratorsStore,
      HouseRulesStore,
      MessagesStore,
      ModerationLogStore,
    ),
    provide(
      Rooms,
      Database,
      RoomsStore,
      RoomLogStore,
      PinsStore,
      CatalogService,
      MediaProvider,
      VideoClock,
      LiveCounts,
      Events,
      NodeBus,
      Log,
    ),
    provide(CatchUp, Database, RoomLogStore),
    provide(Attendance, Rooms, StreamGuests, Presence, CatchUp, Standings, LiveCounts, Clock),
    provide(
      Chat,
      Rooms,
      StreamGuests,
      Database,
      RoomsStore,
      MessagesStore,
      Standings,
      ModerationLogStore,
      WritingRules,
      Review,
      RoomLogStore,
      SharedRateLimits,
    ),
    provide(Likes, Rooms, Database, RoomsStore, LiveCounts, RateLimits, NodeBus),
    provide(Pins, Rooms, PinsStore, RoomLogStore, CatalogService, Standings),
    provide(RoomViews, Rooms, StreamGuests, CatchUp, Standings, RoomsStore, CatalogService, Database, Clock),
    provide(StreamNotices, Rooms, RoomsStore),
    provide(StockNotices, Rooms, RoomsStore, StockStore, Database),
    provide(SocketAuth, AccessTokens, UserSockets, Clock),
    provide(VideoFigures, Registry),
    provide(
      RoomHandlers,
      Rooms,
      Attendance,
      Chat,
      Likes,
      Pins,
      Standings,
      Sanctions,
      ChatDirection,
      Review,
      SocketAuth,
      VideoFigures,
    ),
    RoomGateway,
  ],
})
export class RoomModule implements OnApplicationShutdown {
  constructor(
    @Inject(Rooms) private readonly rooms: Rooms,
    @Inject(Likes) private readonly likes: Likes,
    @Inject(StreamNotices) streamNotices: StreamNotices,
    @Inject(StockNotices) stockNotices: StockNotices,
    @Inject(HouseRules) houseRules: HouseRules,
    @Inject(Events) events: Events,
    @Inject(Jobs) jobs: Jobs,
  ) {
    for (const event of ['stream.live', 'stream.interrupted', 'stream.resumed', 'stream.ended'] as const) {
      events.on(event, 'room:tell', ({ streamId }) => streamNotices.tell(streamId));
    }
    events.on('stock.changed', 'room:tell', ({ variantIds }) => stockNotices.changed(variantIds));
    jobs.every('room:save-tallies', 1000, () => likes.save());
    jobs.every('room:house-rules', 2000, () => houseRules.refresh());
    jobs.every('room:sweep', 2000, () => rooms.sweep(performance.now()));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.likes.save();
    this.rooms.close();
  }
}
