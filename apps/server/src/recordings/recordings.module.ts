import { Inject, Module } from '@nestjs/common';
import { MediaProvider } from '../media/media-provider.ts';
import { Database } from '../platform/database.ts';
import { Events, Jobs } from '../platform/events.ts';
import { Log } from '../platform/log.ts';
import { provide } from '../platform/provide.ts';
import { StreamsModule } from '../streams/streams.module.ts';
import { StreamsService } from '../streams/streams.service.ts';
import { RecordingsController } from './recordings.controller.ts';
import { RecordingOptions, RecordingsService } from './recordings.service.ts';
import { RecordingsStore } from './recordings.store.ts';

const tidyEveryMs = 5000;
const lookAgainEveryMs = 5000;
const archiveEveryMs = 5000;
const sweepEveryMs = 60_000;

@Module({
  imports: [StreamsModule],
  controllers: [RecordingsController],
  providers: [
    provide(RecordingsStore),
    provide(
      RecordingsService,
      Database,
      RecordingsStore,
      MediaProvider,
      StreamsService,
      RecordingOptions,
      Log,
    ),
  ],
})
export class RecordingsModule {
  constructor(
    @Inject(RecordingsService) recordings: RecordingsService,
    @Inject(Events) events: Events,
    @Inject(Jobs) jobs: Jobs,
  ) {
    events.on('stream.ended', 'recordings:keep', async ({ streamId }) => {
      await recordings.keep(streamId);
    });
    jobs.every('recordings:tidy', tidyEveryMs, () => recordings.tidy());
    jobs.every('recordings:archive', archiveEveryMs, () => recordings.archive());
    jobs.every('recordings:sweep', sweepEveryMs, () => recordings.sweep());
    jobs.every('recordings:await-late', lookAgainEveryMs, () => recordings.awaitLate());
  }
}
