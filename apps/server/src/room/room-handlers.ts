import type { Attendance } from './attendance.ts';
import type { Handlers } from './bind-events.ts';
import type { Chat } from './chat.ts';
import type { Likes } from './likes.ts';
import type { ChatDirection } from './moderation/chat-direction.ts';
import type { Review } from './moderation/review.ts';
import type { Sanctions } from './moderation/sanctions.ts';
import type { Standings } from './moderation/standings.ts';
import type { Pins } from './pins.ts';
import type { Rooms } from './rooms.ts';
import type { SocketAuth } from './socket-auth.ts';
import type { VideoFigures } from './video-figures.ts';

/** What each client event does. */
export class RoomHandlers {
  readonly table: Handlers;

  constructor(
    rooms: Rooms,
    attendance: Attendance,
    chat: Chat,
    likes: Likes,
    pins: Pins,
    standings: Standings,
    sanctions: Sanctions,
    direction: ChatDirection,
    review: Review,
    auth: SocketAuth,
    video: VideoFigures,
  ) {
    this.table = {
      join_room: {
        access: 'anybody',
        act: async (socket, payload) => {
          // Known before the socket is a member: nothing may come between the snapshot and its acknowledgement.
          const held = await review.heldOf(payload.streamId, socket.data.caller?.userId ?? null);
          return { ...(await attendance.join(socket, payload)), held };
        },
      },
      leave_room: {
        access: 'anybody',
        act: async (socket, { streamId }) => {
          attendance.leave(socket, streamId);
          return {};
        },
      },
      heartbeat: {
        access: 'anybody',
        act: async (socket, payload) => {
          attendance.requireJoined(socket, payload.streamId);
          video.observe(socket, payload);
          return {};
        },
      },
      send_message: {
        access: 'signed-in',
        act: async (socket, payload, caller) => {
          const { deviceId, rooms: joined } = socket.data;
          const room = joined.includes(payload.streamId) ? undefined : rooms.peek(payload.streamId)?.room;
          // Whoever was put out of the room is told that, and not to join it first.
          if (room) await standings.ofWriter(room, caller.userId, deviceId);
          attendance.requireJoined(socket, payload.streamId);
          return chat.send(caller, payload, deviceId);
        },
      },
      send_likes: {
        access: 'signed-in',
        act: async (socket, payload, caller) => {
          attendance.requireJoined(socket, payload.streamId);
          return { total: await likes.send(caller, payload) };
        },
      },
      pin_product: { access: 'signed-in', act: (_, payload, caller) => pins.pin(caller, payload) },
      unpin_product: {
        access: 'signed-in',
        act: async (_, payload, caller) => ({ seq: await pins.unpin(caller, payload) }),
      },
      delete_message: {
        access: 'signed-in',
        act: async (_, payload, caller) => ({ seq: await chat.remove(caller, payload) }),
      },
      timeout_user: {
        access: 'signed-in',
        act: async (_, payload, caller) => ({
          until: (await sanctions.timeout(caller, payload)).toISOString(),
        }),
      },
      ban_user: {
        access: 'signed-in',
        act: async (_, payload, caller) => {
          await sanctions.ban(caller, payload);
          return {};
        },
      },
      unban_user: {
        access: 'signed-in',
        act: async (_, payload, caller) => {
          await sanctions.unban(caller, payload);
          return {};
        },
      },
      set_chat_mode: {
        access: 'signed-in',
        act: (_, payload, caller) => direction.setMode(caller, payload),
      },
      report_message: {
        access: 'signed-in',
        act: async (socket, payload, caller) => {
          attendance.requireJoined(socket, payload.streamId);
          await review.report(caller, payload);
          return {};
        },
      },
      pin_message: {
        access: 'signed-in',
        act: async (_, payload, caller) => ({ seq: await direction.pin(caller, payload) }),
      },
      reauth: {
        access: 'anybody',
        act: async (socket, { token }) => ({ expiresAt: (await auth.renew(socket, token)).toISOString() }),
      },
    };
  }
}
