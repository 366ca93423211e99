import { newId } from './ids.ts';
import type { Log } from './log.ts';
import { NodeBus, type NodeMessageKind, type NodeMessages } from './node-bus.ts';
import type { RedisLink } from './redis-link.ts';

/** Room's events wait this long at most for others to share their batch with. */
const tickMs = 10;
/** What a node that was cut off can read afterwards; older messages are gone. */
const maxEntries = 5000;
const entryLifeMs = 300_000;
const maxBatchMessages = 1000;
const readCount = 100;
const blockMs = 2000;
const keptMs = 60_000;
const maxKept = 1000;
const maxRemembered = 20_000;

/** One message of a batch: kind, payload, and a number when it is kept. */
type Carried = [kind: NodeMessageKind, message: object, keptNumber?: number];
type Hear = (message: never, fromNodeId: string) => void;

/**
 * All nodes read and write one Redis stream; each node adds at most one entry per tick, whatever happened in how many
 * rooms. A node that was cut off for moments reads on where it stopped.
 *
 * Limit: every node reads what all of them say, a few thousand messages a second in all. Above that: one stream for
 * each of several groups of rooms.
 */
export class RedisBus extends NodeBus implements AsyncDisposable {
  readonly nodeId = newId();
  readonly #streamKey: string;
  readonly #hearers = new Map<string, Hear[]>();
  readonly #reunions: (() => void)[] = [];
  #pending: Carried[] = [];
  #kept: { carried: Carried; atMs: number }[] = [];
  #keptCount = 0;
  /** Kept messages of others that were heard, so that a repetition is not heard again. */
  readonly #remembered = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #lastBatchAtMs = Number.NEGATIVE_INFINITY;
  #sending: Promise<void> | undefined;
  #reading: Promise<void> | undefined;
  #position: string | undefined;
  #isClosed = false;
  /** Since the start, for the metrics. */
  batches = 0;
  messages = 0;

  constructor(
    private readonly link: RedisLink,
    keyPrefix: string,
    private readonly log: Log,
  ) {
    super();
    this.#streamKey = `${keyPrefix}{bus}`;
    link.onChange((isUp) => {
      if (isUp) void this.#reunite();
    });
  }

  get isUp(): boolean {
    return this.link.isUp;
  }

  publish<N extends NodeMessageKind>(
    kind: N,
    message: NodeMessages[N],
    { isKept = false }: { isKept?: boolean } = {},
  ): void {
    const carried: Carried = [kind, message];
    if (isKept) {
      this.#keptCount += 1;
      carried.push(this.#keptCount);
      this.#kept.push({ carried, atMs: performance.now() });
      this.#forgetOldKept();
    }
    if (!this.link.isUp) return;
    this.#pending.push(carried);
    this.#schedule();
  }

  on<N extends NodeMessageKind>(kind: N, hear: (message: NodeMessages[N], from: string) => void): void {
    this.#hearers.set(kind, [...(this.#hearers.get(kind) ?? []), hear as Hear]);
  }

  onReunion(listener: () => void): void {
    this.#reunions.push(listener);
  }

  #schedule(): void {
    if (this.#timer || this.#sending || this.#isClosed) return;
    const waitMs = Math.max(0, this.#lastBatchAtMs + tickMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sending ??= this.#send().finally(() => {
        this.#sending = undefined;
        if (this.#pending.length > 0) this.#schedule();
      });
    }, waitMs);
  }

  /** One entry in the stream; never two at once, so that their order is the order of `publish`. */
  async #send(): Promise<void> {
    const batch = this.#pending.splice(0, maxBatchMessages);
    if (batch.length === 0) return;
    this.#lastBatchAtMs = performance.now();
    try {
      const results = await this.link.commands
        .multi()
        .xadd(
          this.#streamKey,
          'MAXLEN',
          '~',
          maxEntries,
          '*',
          'from',
          this.nodeId,
          'batch',
          JSON.stringify(batch),
        )
        .pexpire(this.#streamKey, entryLifeMs)
        .exec();
      const failure = results?.find(([error]) => error)?.[0];
      if (failure) throw failure;
      this.batches += 1;
      this.messages += batch.length;
    } catch (error) {
      this.log.warn({ err: error }, 'other nodes could not be told');
      this.#pending = [];
      this.link.suspect();
    }
  }

  /** First the place to read on from, then whoever must catch up: so nothing falls between the two. */
  async #reunite(): Promise<void> {
    this.#pending = [];
    try {
      await this.#findPosition();
    } catch (error) {
      this.#giveUp(error);
      return;
    }
    this.#forgetOldKept();
    this.#pending.push(...this.#kept.map(({ carried }) => carried));
    for (const listener of this.#reunions) listener();
    if (this.#pending.length > 0) this.#schedule();
    this.#startReading();
  }

  #giveUp(error: unknown): void {
    if (this.#isClosed) return;
    this.log.debug({ err: error }, 'reading from other nodes stopped');
    this.link.suspect();
  }

  #forgetOldKept(): void {
    const oldestMs = performance.now() - keptMs;
    this.#kept = this.#kept.slice(-maxKept).filter(({ atMs }) => atMs >= oldestMs);
  }

  #startReading(): void {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      if (this.link.isUp && !this.#isClosed) this.#startReading();
    });
  }

  /** Reads while Redis answers; the next reunion goes on where this stopped. */
  async #read(): Promise<void> {
    try {
      while (this.link.isUp && !this.#isClosed) {
        const answer = await this.link.reader.xread(
          'COUNT',
          readCount,
          'BLOCK',
          blockMs,
          'STREAMS',
          this.#streamKey,
          this.#position ?? '0-0',
        );
        for (const [id, fields] of answer?.[0]?.[1] ?? []) {
          this.#position = id;
          this.#take(fields);
        }
      }
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** The end of the stream for a node that starts; the beginning of one that is younger than our position. */
  async #findPosition(): Promise<void> {
    const newest = await this.link.commands.xrevrange(this.#streamKey, '+', '-', 'COUNT', 1);
    const newestId = newest[0]?.[0];
    if (this.#position === undefined) this.#position = newestId ?? '0-0';
    else if (newestId !== undefined && isBefore(newestId, this.#position)) this.#position = '0-0';
  }

  #take(fields: readonly string[]): void {
    const [, from = '', , batch = '[]'] = fields;
    if (from === this.nodeId) return;
    for (const [kind, message, keptNumber] of JSON.parse(batch) as Carried[]) {
      if (keptNumber !== undefined && !this.#isNew(`${from} ${keptNumber}`)) continue;
      for (const hear of this.#hearers.get(kind) ?? []) hear(message as never, from);
    }
  }

  #isNew(key: string): boolean {
    if (this.#remembered.has(key)) return false;
    this.#remembered.add(key);
    if (this.#remembered.size > maxRemembered) {
      const [oldest = ''] = this.#remembered;
      this.#remembered.delete(oldest);
    }
    return true;
  }

  /** Sends what waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
    if (this.link.isUp) await this.#send();
    this.#isClosed = true;
  }
}

function isBefore(one: string, other: string): boolean {
  const [oneMs = 0, oneNumber = 0] = one.split('-').map(Number);
  const [otherMs = 0, otherNumber = 0] = other.split('-').map(Number);
  return oneMs < otherMs || (oneMs === otherMs && oneNumber < otherNumber);
}
