import type { Replay } from '@vybekart/contract';
import type { MediaProvider, RecordedShow } from '../media/media-provider.ts';
import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import type { Log } from '../platform/log.ts';
import type { StreamsService } from '../streams/streams.service.ts';
import type { StreamRow } from '../streams/streams.store.ts';
import type { RecordingsStore } from './recordings.store.ts';

/** How much of the past is kept. */
export class RecordingOptions {
  constructor(
    readonly retentionDays: number,
    readonly maxBytes: number,
  ) {}
}

/** So long after its end a show's video may still be on its way to the disk. */
const freshForMs = 60_000;
const mostStopped = 1_000;
const isFresh = (endedAt: Date) => Date.now() - endedAt.getTime() < freshForMs;

/** Past shows: which of them can be played again, and for how long. */
export class RecordingsService {
  /** Shows whose video was told to stop by this process. */
  readonly #stopped = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly store: RecordingsStore,
    private readonly media: MediaProvider,
    private readonly streams: StreamsService,
    private readonly options: RecordingOptions,
    private readonly log: Log,
  ) {}

  /**
   * Throws `not_found` while the show is not over, when it was not recorded, and when its recording is gone, and
   * `stream_private`.
   */
  async replay(streamId: string, caller: Caller | null): Promise<Replay> {
    const recording = await this.#recordingOf(await this.streams.findFor(streamId, caller));
    if (!recording) throw new AppError('not_found');
    const { url, durationMs } = recording;
    return {
      streamId,
      url,
      startedAt: recording.startedAt.toISOString(),
      durationMs,
      stretches: recording.stretches.map((stretch) => ({
        startedAt: stretch.startedAt.toISOString(),
        durationMs: Math.round(stretch.durationMs),
      })),
    };
  }

  /** Takes note of the recording of a show that has ended; null when there is none to be seen. Idempotent. */
  async keep(streamId: string): Promise<RecordedShow | null> {
    const { status, provider, media, ended_at: endedAt } = await this.streams.find(streamId);
    if (provider !== this.media.name) return null;
    if ((status !== 'ended' && status !== 'archived') || !endedAt) return null;
    const state = await this.store.state(this.database.db, streamId);
    if (state === 'removed') return null;
    // The show is over before its video knows it: what is still published does not count any more.
    if (state === 'unknown' && isFresh(endedAt)) await this.#stopOnce(streamId);
    const recording = await this.media.recording(media, endedAt);
    if (recording && state === 'unknown') await this.store.insert(this.database.db, streamId, recording);
    return recording;
  }

  /** What was not found for a while after the end is found by whoever looks for it, not by each viewer who asks. */
  async #recordingOf({ id: streamId, ended_at: endedAt }: StreamRow): Promise<RecordedShow | null> {
    const isKnown = (await this.store.state(this.database.db, streamId)) !== 'unknown';
    return isKnown || (endedAt && isFresh(endedAt)) ? this.keep(streamId) : null;
  }

  async #stopOnce(streamId: string): Promise<void> {
    if (this.#stopped.has(streamId)) return;
    await this.streams.stopMedia(streamId);
    if (this.#stopped.size >= mostStopped) this.#stopped.clear();
    this.#stopped.add(streamId);
  }

  /** Looks again for recordings that are known only some time after the end of their show. */
  async awaitLate(): Promise<void> {
    if (!this.media.recordsLate) return;
    for (const streamId of await this.streams.unrecorded()) {
      try {
        const recording = await this.keep(streamId);
        if (recording) this.log.info({ streamId }, 'a show can be played again');
      } catch (error) {
        this.log.warn({ err: error, streamId }, 'a recording could not be looked for');
      }
    }
  }

  /** Throws `not_found` for another seller's show and where there is no replay. */
  async remove(seller: Caller & { shopId: string }, streamId: string): Promise<void> {
    const stream = await this.streams.find(streamId);
    if (stream.shop_id !== seller.shopId) throw new AppError('not_found');
    await this.keep(streamId);
    const isRemoved = await this.store.remove(this.database.db, streamId);
    if (!isRemoved) throw new AppError('not_found');
    await this.#purge();
  }

  /** Lets go what is too old or too much, the oldest first, and deletes the video of what is gone. */
  async tidy(): Promise<void> {
    const { retentionDays, maxBytes } = this.options;
    const removed = await this.store.removeSurplus(this.database.db, retentionDays, maxBytes);
    const left = await this.store.removeOfErased(this.database.db);
    for (const streamId of [...removed, ...left]) this.log.info({ streamId }, 'a recording is deleted');
    await this.#purge();
  }

  /** Moves what is recorded to where it can stay, one after the other; what fails is tried again at the next turn. */
  async archive(): Promise<void> {
    if (!this.media.archives) return;
    for (const { streamId, media } of await this.store.toArchive(this.database.db, this.media.name)) {
      try {
        if (!(await this.media.archiveRecording(media))) continue;
        await this.store.noteArchived(this.database.db, streamId);
        this.log.info({ streamId }, 'a recording has moved to the archive');
      } catch (error) {
        this.log.warn({ err: error, streamId }, 'a recording could not be moved to the archive yet');
      }
    }
  }

  /** Deletes recordings of shows that are gone from the database. */
  async sweep(): Promise<void> {
    const idle = await this.media.idleRecordings();
    const strangers = await this.store.strangers(
      this.database.db,
      idle.map(({ id }) => id),
    );
    for (const id of strangers) {
      await this.media.deleteRecording({ id }, new Date(0));
      this.log.warn({ mediaId: id }, 'a recording without a show is deleted');
    }
  }

  async #purge(): Promise<void> {
    for (const { streamId, media, endedAt } of await this.store.toPurge(this.database.db, this.media.name)) {
      try {
        await this.media.deleteRecording(media, endedAt);
        await this.store.notePurged(this.database.db, streamId);
      } catch (error) {
        this.log.warn({ err: error, streamId }, 'a recording could not be deleted yet');
      }
    }
  }
}
