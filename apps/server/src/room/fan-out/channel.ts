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
/** A process that is busy gives each turn to a pass as much time as it kept it waiting, so far. */
const longestTurnMs = 40;

/** A train on its way to the members, who are served from the one at `from` on. */
interface Pass {
  train: Train;
  readonly members: readonly Member[];
  /** Whether these are all members that the room had. */
  readonly isForAll: boolean;
  /** How many packets of the train a member does not get; none for those that are missing here. */
  readonly skips: ReadonlyMap<Member, number>;
  from: number;
  spentMs: number;
  /** For those whom this pass had served when something urgent came. */
  next: Pass | null;
}

/**
 * Sends a room's events to its members.
 *
 * The first event after a quiet spell leaves at once; those that follow are coupled into one train per tick, so that
 * a member costs one write per tick and not one per event. The bytes are ordinary Socket.IO packets in the order of
 * `send`, between whatever else the socket is sent. The tick grows from 25 to 250 ms with the room's size and with
 * the time that a pass over its members takes. Rooms above 500 members are served in slices. What is urgent waits for
 * no tick: it goes along with the rest of a pass that is under way, and then to those who were served before.
 *
 * Limit: one process. Several nodes: each publishes its train once per tick to the others.
 */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #members = new Map<string, Member>();
  #pending: Packet[] = [];
  /** Members that came while `#pending` was not empty, with the number of packets that they do not get. */
  #newcomers = new Map<Member, number>();
  /** Members that came while a pass was under way. */
  #latecomers: Member[] = [];
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
    if (this.#isPassing) this.#latecomers.push(member);
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
    this.#isPassing = true;
    this.#lastPassAtMs = performance.now();
    this.#latecomers = [];
    this.#pass(this.#load([...this.#members.values()], true));
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

  /** Takes all that waits, for these members. */
  #load(members: readonly Member[], isForAll: boolean): Pass {
    const pass = { train: new Train(this.#pending), skips: this.#newcomers };
    this.#pending = [];
    this.#newcomers = new Map();
    this.#isHurried = false;
    return { ...pass, members, isForAll, from: 0, spentMs: 0, next: null };
  }

  /** `waitedMs`: since the turn before. */
  #pass(pass: Pass, waitedMs = 0): void {
    if (this.#isHurried && pass.from > 0 && pass.isForAll && !pass.next) this.#takeAlong(pass);
    const startedAtMs = performance.now();
    const busyMs = () => performance.now() - startedAtMs;
    do this.#serveSlice(pass);
    while (pass.from < pass.members.length && busyMs() < Math.min(waitedMs, longestTurnMs));
    pass.spentMs += busyMs();
    const next = pass.from < pass.members.length ? pass : pass.next;
    if (pass.isForAll && next !== pass) this.#passMs += (pass.spentMs - this.#passMs) / 4;
    if (next) {
      const endedAtMs = performance.now();
      setImmediate(() => this.#pass(next, performance.now() - endedAtMs));
      return;
    }
    this.#isPassing = false;
    this.#latecomers = [];
    if (this.#pending.length > 0) this.#schedule();
  }

  #serveSlice(pass: Pass): void {
    const { members, from } = pass;
    pass.from = Math.min(members.length, from + sliceSize);
    for (const member of members.slice(from, pass.from)) {
      if (member.hasLeft) continue;
      if (!this.#deliver(member, pass.train, pass.skips.get(member) ?? 0)) this.#cut(member);
    }
  }

  /** What waits travels with this pass from here on; whom it has served already, and who came since, gets it next. */
  #takeAlong(pass: Pass): void {
    pass.next = this.#load([...pass.members.slice(0, pass.from), ...this.#latecomers], false);
    this.#latecomers = [];
    pass.train = pass.train.followedBy(pass.next.train);
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
