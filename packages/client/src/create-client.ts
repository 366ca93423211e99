import { type Api, type ApiOptions, createApi } from './api.ts';
import { LiveConnection } from './live-connection.ts';
import { RoomClient } from './room-client.ts';
import type { SessionStorage } from './session-storage.ts';
import { SessionStore } from './session-store.ts';

export interface ClientOptions extends Omit<ApiOptions, 'session'> {
  /** Where the session lives on; without it, it ends with the process. */
  storage?: SessionStorage;
  /** A lasting id of this device, for counting guests. */
  deviceId?: string;
}

/** The parts of an app's client, wired: one session, one API, one socket, and a room for each show. */
export interface Client {
  session: SessionStore;
  api: Api;
  live: LiveConnection;
  /** A room, not started yet; each call makes a new one. */
  room(streamId: string): RoomClient;
}

export function createClient(options: ClientOptions): Client {
  const session = new SessionStore(options);
  const api = createApi({ ...options, session });
  const live = new LiveConnection({ ...options, session });
  return { session, api, live, room: (streamId) => new RoomClient({ streamId, connection: live, api }) };
}
