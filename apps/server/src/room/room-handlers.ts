import { Id } from '@vybekart/contract';
import type { StreamsSocket } from '../platform/user-sockets.ts';
import type { Attendance } from './attendance.ts';
import type { Handlers } from './bind-events.ts';
import type { Chat } from './chat.ts';
import type { Likes } from './likes.ts';
import type { Pins } from './pins.ts';
import type { SocketAuth } from './socket-auth.ts';

/** What each client event does. */
export class RoomHandlers {
  readonly table: Handlers;

  constructor(attendance: Attendance, chat: Chat, likes: Likes, pins: Pins, auth: SocketAuth) {
    this.table = {
      join_room: {
        access: 'anybody',
        act: (socket, payload) => attendance.join(socket, viewerIdOf(socket), payload),
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
        act: async (socket, { streamId }) => {
          attendance.requireJoined(socket, streamId);
          return {};
        },
      },
      send_message: {
        access: 'signed-in',
        act: async (socket, payload, caller) => {
          attendance.requireJoined(socket, payload.streamId);
          return chat.send(caller, payload);
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
      reauth: {
        access: 'anybody',
        act: async (socket, { token }) => ({ expiresAt: (await auth.renew(socket, token)).toISOString() }),
      },
    };
  }
}

/** A person is one viewer with any number of sockets; a guest is a device, or a socket when it names none. */
function viewerIdOf(socket: StreamsSocket): string {
  if (socket.data.caller) return `user:${socket.data.caller.userId}`;
  const device = Id.safeParse(socket.handshake.auth.deviceId);
  return device.success ? `device:${device.data}` : `socket:${socket.id}`;
}
