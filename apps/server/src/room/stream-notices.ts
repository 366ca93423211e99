import { isOver } from '../streams/stream-state.ts';
import type { RoomsStore } from './rooms.store.ts';
import type { Rooms } from './rooms.ts';

/** Tells a room what became of its stream, each status once however often it is asked to. */
export class StreamNotices {
  constructor(
    private readonly rooms: Rooms,
    private readonly store: RoomsStore,
  ) {}

  async tell(streamId: string): Promise<void> {
    const { room, writer } = await this.rooms.open(streamId);
    await writer.append(async (trx) => {
      const stream = await this.store.findStream(trx, streamId);
      if (!stream || !(await this.store.tell(trx, streamId, stream.status))) return null;
      const pdt = room.videoTime();
      return isOver(stream.status)
        ? { event: 'stream_ended', fields: { reason: stream.endReason ?? stream.status }, pdt }
        : { event: 'stream_state', fields: { status: stream.status }, pdt };
    });
  }
}
