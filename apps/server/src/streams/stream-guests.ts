import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { StreamGuestsStore } from './stream-guests.store.ts';

/** A show as its door knows it. */
interface Show {
  streamId: string;
  ownerId: string;
  isPrivate: boolean;
}

/** Who may see a private show: its seller, and who came by its invitation. A public one is for all. */
export class StreamGuests {
  constructor(
    private readonly database: Database,
    private readonly store: StreamGuestsStore,
  ) {}

  /** `userId` is null for who is not signed in. Throws `stream_private`. */
  async requireAdmitted({ streamId, ownerId, isPrivate }: Show, userId: string | null): Promise<void> {
    if (!isPrivate || userId === ownerId) return;
    const isGuest = userId !== null && (await this.store.has(this.database.db, streamId, userId));
    if (!isGuest) throw new AppError('stream_private');
  }

  /** Throws `not_found` for a public show. */
  async invitation(streamId: string): Promise<string> {
    const code = await this.store.invitation(this.database.db, streamId);
    if (code === undefined) throw new AppError('not_found');
    return code;
  }

  /** Lets a person in for good. Idempotent; throws `stream_private` for a code that is not the show's. */
  async admit({ streamId, isPrivate }: Show, userId: string, code: string): Promise<void> {
    if (!isPrivate) return;
    if (code !== (await this.invitation(streamId))) throw new AppError('stream_private');
    await this.store.add(this.database.db, streamId, userId);
  }
}
