export { type Api, type ApiOptions, type CallOptions, createApi, type NativeFile } from './api.ts';
export { ApiError, type Failure, type FailureCode } from './api-error.ts';
export { type Clock, systemClock } from './clock.ts';
export { type Client, type ClientOptions, createClient } from './create-client.ts';
export type { Fetch } from './http.ts';
export { type ConnectionView, LiveConnection, type LiveConnectionOptions } from './live-connection.ts';
export type { SendOutcome } from './outbox.ts';
export { newId, type Random } from './random.ts';
export { fetchReplayLog, ReplayLog } from './replay-log.ts';
export { replayDateAt, replayPositionOf } from './replay-time.ts';
export { type OneOffEvent, RoomClient, type RoomClientOptions, type SanctionOptions } from './room-client.ts';
export {
  type ChatMessage,
  emptyRoom,
  type PinMoment,
  type PinnedProduct,
  pinsAt,
  type RoomState,
  reduceRoom,
  roomFromSnapshot,
} from './room-state.ts';
export type { RoomMessage, RoomView } from './room-view.ts';
export { MemorySessionStorage, type SessionStorage } from './session-storage.ts';
export { SessionStore, type SessionStoreOptions, type SessionView } from './session-store.ts';
export type { ConnectionState, RoomStatus } from './transitions.ts';
