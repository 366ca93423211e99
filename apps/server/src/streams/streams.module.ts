import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.ts';
import { UploadsService } from '../accounts/uploads.service.ts';
import { MediaProvider } from '../media/media-provider.ts';
import { Clock } from '../platform/clock.ts';
import { Database } from '../platform/database.ts';
import { Events, Jobs } from '../platform/events.ts';
import { Log } from '../platform/log.ts';
import { NodeBus } from '../platform/node-bus.ts';
import { provide } from '../platform/provide.ts';
import { ActiveStreams } from './active-streams.ts';
import { IngestTickets } from './ingest-tickets.ts';
import { LiveCounts } from './live-counts.ts';
import { MediaLeasesStore } from './media-leases.store.ts';
import { MediaOwners } from './media-owners.ts';
import { StreamGuestsStore } from './stream-guests.store.ts';
import { StreamGuests } from './stream-guests.ts';
import { StreamLifecycle, StreamOptions } from './stream-lifecycle.ts';
import { StreamViews } from './stream-view.ts';
import { StreamsController } from './streams.controller.ts';
import { StreamsService } from './streams.service.ts';
import { StreamsStore } from './streams.store.ts';
import { VideoClock } from './video-clock.ts';

@Module({
  imports: [AccountsModule],
  controllers: [StreamsController],
  providers: [
    provide(StreamsStore),
    provide(LiveCounts),
    provide(MediaLeasesStore),
    provide(MediaOwners, Database, MediaLeasesStore, MediaProvider, NodeBus, Log),
    provide(VideoClock, MediaProvider, NodeBus, Clock),
    provide(IngestTickets, Clock),
    provide(StreamGuestsStore),
    provide(StreamGuests, Database, StreamGuestsStore),
    provide(StreamViews, MediaProvider, LiveCounts),
    provide(ActiveStreams, Database, StreamsStore, StreamViews, LiveCounts, Clock),
    provide(
      StreamLifecycle,
      Database,
      StreamsStore,
      MediaProvider,
      Events,
      ActiveStreams,
      IngestTickets,
      MediaOwners,
      VideoClock,
      StreamOptions,
      Clock,
      Log,
    ),
    provide(
      StreamsService,
      Database,
      StreamsStore,
      MediaProvider,
      StreamLifecycle,
      StreamViews,
      UploadsService,
      IngestTickets,
      MediaOwners,
      StreamGuests,
      Log,
    ),
  ],
  exports: [StreamsService, StreamGuests, LiveCounts, VideoClock],
})
export class StreamsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(StreamLifecycle) private readonly lifecycle: StreamLifecycle,
    @Inject(MediaOwners) private readonly owners: MediaOwners,
    @Inject(Jobs) jobs: Jobs,
  ) {
    lifecycle.start();
    jobs.every('streams:reconcile', 3000, () => lifecycle.reconcile());
  }

  /** What was on air when the server stopped is not, until its encoder comes back. */
  async onApplicationBootstrap(): Promise<void> {
    await this.lifecycle.reconcile();
  }

  onApplicationShutdown(): Promise<void> {
    return this.owners.release();
  }
}
