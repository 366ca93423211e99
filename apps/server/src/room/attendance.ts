import type { ChatStanding, MissedEvents, RoomSnapshot } from '@vybekart/contract';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { StreamsSocket } from '../platform/user-sockets.ts';
import type { LiveCounts } from '../streams/live-counts.ts';
import type { StreamGuests } from '../streams/stream-guests.ts';
import type { CatchUp } from './catch-up.ts';
import type { Standings } from './moderation/standings.ts';
import type { Presence } from './presence.ts';
import type { Rooms } from './rooms.ts';

const maxRooms = 20;

/** Which sockets are in which rooms. */
export class Attendance {
  constructor(
    private readonly rooms: Rooms,
    private readonly guests: StreamGuests,
    private readonly presence: Presence,
    private readonly catchUp: CatchUp,
    private readonly standings: Standings,
    private readonly counts: LiveCounts,
    private readonly clock: Clock,
  ) {
    presence.onCount((streamId, count) => this.#count(streamId, count));
  }

  /**
   * The room as it is, and from then on every event: none is lost and none comes twice between the two. Joining again
   * gives a new snapshot. Throws `not_found`, `stream_private`, `forbidden`, `stream_ended`,
   * `too_many_rooms`.
   */
  async join(
    socket: StreamsSocket,
    input: { streamId: string; afterSeq?: number | undefined },
  ): Promise<{ room: RoomSnapshot; you: ChatStanding } & Partial<MissedEvents>> {
    const { streamId, afterSeq } = input;
    const { room } = await this.rooms.open(streamId);
    const { caller, deviceId, rooms } = socket.data;
    await this.guests.requireAdmitted(room, caller?.userId ?? null);
    const older = afterSeq === undefined ? null : await this.catchUp.older(room, afterSeq);
    // Asked last: whoever is banned while the answer is fetched is found by `removeBanned`.
    const you = await this.standings.ofVisitor(room, caller?.userId ?? null, deviceId);
    // Nothing below waits, so no event can come in between.
    if (room.isOver) throw new AppError('stream_ended');
    const isNew = !rooms.includes(streamId);
    if (isNew && rooms.length >= maxRooms) throw new AppError('too_many_rooms');
    if (!socket.connected) throw new AppError('unavailable');
    if (isNew) rooms.push(streamId);
    this.presence.enter(streamId, viewerIdOf(socket), socket.id);
    // Whoever watches on another node already does not change the count, of which a new room knows nothing.
    const count = this.presence.countOf(streamId);
    if (room.audience.viewerCount !== count) this.#count(streamId, count);
    room.channel.add(socket);
    const snapshot = room.snapshot(this.clock.now());
    return afterSeq === undefined
      ? { room: snapshot, you }
      : { room: snapshot, you, ...this.catchUp.page(room, afterSeq, older) };
  }

  /** Of these sockets, takes those out of the shop's rooms whose person or device is banned, and tells them. */
  async removeBanned(sockets: Iterable<StreamsSocket>, shopId: string): Promise<void> {
    const ofShop = [...this.rooms.loaded()].map(({ room }) => room).filter((room) => room.shopId === shopId);
    if (ofShop.length === 0) return;
    for (const socket of sockets) {
      const { caller, deviceId, rooms } = socket.data;
      for (const { streamId } of ofShop.filter((room) => rooms.includes(room.streamId))) {
        const you = await this.standings.in({ shopId }, caller?.userId ?? null, deviceId);
        if (!you.isBanned) continue;
        this.leave(socket, streamId);
        socket.emit('chat_standing', { streamId, you });
      }
    }
  }

  /** Idempotent. */
  leave(socket: StreamsSocket, streamId: string): void {
    const { rooms } = socket.data;
    const at = rooms.indexOf(streamId);
    if (at < 0) return;
    rooms.splice(at, 1);
    this.presence.leave(streamId, socket.id);
    this.rooms.peek(streamId)?.room.channel.remove(socket.id);
  }

  leaveAll(socket: StreamsSocket): void {
    for (const streamId of [...socket.data.rooms]) this.leave(socket, streamId);
  }

  /** Throws `not_joined`. */
  requireJoined(socket: StreamsSocket, streamId: string): void {
    if (!socket.data.rooms.includes(streamId)) throw new AppError('not_joined');
  }

  #count(streamId: string, count: number): void {
    const room = this.rooms.peek(streamId)?.room;
    room?.audience.setViewerCount(count);
    const likeCount = room?.audience.likeCount ?? this.counts.of(streamId)?.likeCount ?? 0;
    if (room || count > 0) this.counts.set(streamId, { viewerCount: count, likeCount });
    else this.counts.forget(streamId);
  }
}

/** A person is one viewer with any number of sockets; a guest is a device, or a socket when it names none. */
function viewerIdOf({ id, data: { caller, deviceId } }: StreamsSocket): string {
  if (caller) return `user:${caller.userId}`;
  return deviceId === null ? `socket:${id}` : `device:${deviceId}`;
}
