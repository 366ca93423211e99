import type { RoomEvent } from '@vybekart/contract';

/** A person's or a device's mark in {@link NodeMessages}: the same on every node, and no id that means anything. */
type ViewerMark = string;

/** What the nodes of one platform tell each other. */
export interface NodeMessages {
  /** Durable events of a room in its order, committed by the sender. */
  'room.events': { streamId: string; events: RoomEvent[] };
  /** All hearts that the database holds of each room. */
  'room.likes': { totals: [streamId: string, total: number][] };
  /** A node is there (again) and knows nothing of the others. */
  'presence.hello': Record<string, never>;
  /** Everybody who watches through the sender. */
  'presence.whole': { rooms: [streamId: string, viewers: ViewerMark[]][] };
  /** Who came (1) and went (0) since. */
  'presence.changes': { changes: [streamId: string, viewer: ViewerMark, isHere: 0 | 1][] };
  /** The sender stops. */
  'presence.bye': Record<string, never>;
  'user.notice': { userId: string; event: string; payload: object };
  'session.revoked': { sessionId: string };
  /** What a shop allows in its chat has changed. */
  'rules.changed': { shopId: string };
  /** Of the video that the sender takes in, the time of the newest pictures; null when it has ended. */
  'media.time': { id: string; atMs: number | null };
  /** The encoder of a show is to be cut wherever it is, and its video to be ended when the show is over. */
  'media.cut': { resource: { readonly id: string }; reason: string; isOver: boolean };
}
export type NodeMessageKind = keyof NodeMessages;

/**
 * Carries messages to every other node.
 *
 * Guarantees: the messages of one node arrive in the order of `publish`, each at most once. What could not be carried
 * is lost, except with `isKept`: that is carried when the others can be reached again, for a minute. After any loss
 * `onReunion` is called, and whoever needs the lost ones fetches or states the truth anew. `publish` never throws and
 * never waits.
 */
export abstract class NodeBus {
  /** Of this process; another one after each start. */
  abstract readonly nodeId: string;
  /** Whether the other nodes can be reached now. */
  abstract readonly isUp: boolean;

  abstract publish<N extends NodeMessageKind>(
    kind: N,
    message: NodeMessages[N],
    options?: { isKept?: boolean },
  ): void;

  /** Call while the application is composed. `hear` must not throw; it is never told what its own node published. */
  abstract on<N extends NodeMessageKind>(
    kind: N,
    hear: (message: NodeMessages[N], fromNodeId: string) => void,
  ): void;

  /** Called when the other nodes can be reached for the first time, and again after messages may have been lost. */
  abstract onReunion(listener: () => void): void;
}

/** One node: there is nobody to tell. Several nodes: `RedisBus`. */
export class OneNode extends NodeBus {
  readonly nodeId = 'only';
  readonly isUp = true;

  publish(): void {}

  on(): void {}

  onReunion(): void {}
}
