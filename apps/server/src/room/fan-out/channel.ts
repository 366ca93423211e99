import { Member, type RoomSocket } from './member.ts';
import { eventPacket, type Packet } from './packet.ts';
import { Train } from './train.ts';

interface ChannelOptions {
  /** Socket.IO namespace, `/streams`. */
  namespace: string;
  /** Told when a member is cut because it does not read; it is no member any more. */
  onCut?: (socket: RoomSocket) => void;
}

/**
 * `durable` reaches every member or cuts it. `urgent` does so, too, and takes everything that waits along at once
 * instead of at the end of the tick. `lossy` is left out for a member that is slow.
 */
export type Lane = 'urgent' | 'durable' | 'lossy';

const minTickMs = 25;
const maxTickMs = 250;
/** 100 ms for 2,000 members, whatever the machine: waiting and a pass together stay below 150 ms. */
const membersPerTickMs = 20;
/** A room's passes take half of the process's time at most, until the longest tick is reached. */
const passesPerTick = 2;
/** Sockets written between two turns of the event loop. */
const sliceSize = 500;

/**
 * Sends a room's events to its members.
 *
 * The first event after a quiet spell leaves at once; those that follow are coupled into one train per tick, so that
 * a member costs one write per tick and not one per event. The bytes are ordinary Socket.IO packets in the order of
 * `send`, between whatever else the socket is sent. The tick grows from 25 to 250 ms with the room's size and with
 * the time that a pass over its members takes; what is urgent waits for no tick, only for a pass that is under way.
 * Rooms above 500 members are served in slices.
 *
 * Limit: one process. Several nodes: each publishes its train once per tick to the others.
 */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #members = new Map<string, Member>();
  #pending: Packet[] = [];
  /** Members that came while `#pending` was not empty, with the number of packets that they do not get. */
  #newcomers = new Map<Member, number>();
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #isPassing = false;
  #isHurried = false;
  #lastPassAtMs = Number.NEGATIVE_INFINITY;
  #passMs = 0;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#members.size;
  }

  get tickMs(): number {
    const wanted = Math.max(this.#members.size / membersPerTickMs, this.#passMs * passesPerTick);
    return Math.min(maxTickMs, Math.max(minTickMs, wanted));
  }

  /** The socket gets every event that is sent after this call, and none that was sent before. */
  add(socket: RoomSocket): void {
    this.remove(socket.id);
    const member = new Member(socket);
    this.#members.set(socket.id, member);
    if (this.#pending.length > 0) this.#newcomers.set(member, this.#pending.length);
  }

  remove(socketId: string): void {
    const member = this.#members.get(socketId);
    if (!member) return;
    member.hasLeft = true;
    this.#members.delete(socketId);
  }

  has(socketId: string): boolean {
    return this.#members.has(socketId);
  }

  send(event: string, payload: object, lane: Lane): void {
    if (this.#members.size === 0) return;
    this.#pending.push(eventPacket(this.#options.namespace, event, payload, lane !== 'lossy'));
    if (lane === 'urgent' && !this.#isHurried) {
      this.#isHurried = true;
      this.#clearTimer();
    }
    this.#schedule();
  }

  /** Sends what waits, now. */
  flush(): void {
    if (this.#isPassing || this.#pending.length === 0) return;
    this.#clearTimer();
    const train = new Train(this.#pending);
    const skips = this.#newcomers;
    this.#pending = [];
    this.#newcomers = new Map();
    this.#isHurried = false;
    this.#isPassing = true;
    this.#lastPassAtMs = performance.now();
    this.#pass(train, [...this.#members.values()], skips, 0, 0);
  }

  close(): void {
    this.flush();
    this.#clearTimer();
    for (const id of [...this.#members.keys()]) this.remove(id);
  }

  #schedule(): void {
    if (this.#timer || this.#isPassing) return;
    // At most one pass after the other, so that a hurry leaves time for others.
    const tickMs = this.#isHurried ? Math.max(minTickMs, this.#passMs) : this.tickMs;
    const waitMs = this.#lastPassAtMs + tickMs - performance.now();
    const flush = () => this.flush();
    this.#timer = waitMs < 1 ? setImmediate(flush) : setTimeout(flush, waitMs);
  }

  #clearTimer(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    this.#timer = undefined;
  }

  #pass(
    train: Train,
    members: readonly Member[],
    skips: ReadonlyMap<Member, number>,
    from: number,
    spentMs: number,
  ): void {
    const startedAtMs = performance.now();
    const until = Math.min(members.length, from + sliceSize);
    for (const member of members.slice(from, until)) {
      if (member.hasLeft) continue;
      if (!this.#deliver(member, train, skips.get(member) ?? 0)) this.#cut(member);
    }
    const busyMs = spentMs + performance.now() - startedAtMs;
    if (until < members.length) {
      setImmediate(() => this.#pass(train, members, skips, until, busyMs));
      return;
    }
    this.#passMs += (busyMs - this.#passMs) / 4;
    this.#isPassing = false;
    if (this.#pending.length > 0) this.#schedule();
  }

  #deliver(member: Member, train: Train, skip: number): boolean {
    try {
      return member.deliver(train, skip);
    } catch {
      // A socket that breaks under our hands must not keep the others waiting.
      return false;
    }
  }

  #cut(member: Member): void {
    this.remove(member.socket.id);
    member.cut();
    this.#options.onCut?.(member.socket);
  }
}
