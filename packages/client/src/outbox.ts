import type { Message } from '@vybekart/contract';
import { ApiError, type Failure } from './api-error.ts';
import { Alarm, type Clock } from './clock.ts';
import type { RoomState } from './room-state.ts';

/** What a person wrote, before it is a message. */
export interface Draft {
  text: string;
  kind?: Message['kind'];
  /** The message that it answers, as the person sees it. */
  replyTo?: Message['replyTo'];
}

export interface OutboxEntry extends Draft {
  clientMsgId: string;
  createdAtMs: number;
  /** `held`: the server has it, and nobody else sees it until a moderator has decided. */
  state: 'sending' | 'sent' | 'held' | 'failed';
  /** Known once the server has acknowledged it. */
  id: string | null;
  seq: number | null;
  error: Failure | null;
}

/** On refusal the text is given back, for the box. `seq` is null for a message that is held for review. */
export type SendOutcome =
  | { ok: true; id: string; seq: number | null }
  | { ok: false; clientMsgId: string; text: string; error: Failure };

/** Sends one message; throws ApiError. `network`, `timeout` and `not_joined` mean: not now, same id again later. */
export type Deliver = (
  message: Draft & { clientMsgId: string },
) => Promise<{ id: string; seq: number | null }>;

const giveUpAfterMs = 60_000;
const retryAfterTimeoutMs = 1000;

/**
 * A person's own messages until the room's log shows them. One is under way at a time, so their order is kept;
 * each goes out with the same `clientMsgId` until the server answers, so it is written once. After a minute
 * without an answer a message counts as failed; sending it again still uses its id.
 */
export class Outbox {
  readonly #clock: Clock;
  readonly #deliver: Deliver;
  readonly #changed: () => void;
  readonly #pause: Alarm;
  readonly #outcomes = new Map<string, (outcome: SendOutcome) => void>();
  readonly #deadlines = new Map<string, Alarm>();
  #entries: readonly OutboxEntry[] = [];
  #isOpen = false;
  #isBusy = false;
  #refusal: ApiError | null = null;

  constructor(options: { clock: Clock; deliver: Deliver; changed: () => void }) {
    this.#clock = options.clock;
    this.#deliver = options.deliver;
    this.#changed = options.changed;
    this.#pause = new Alarm(options.clock);
  }

  get entries(): readonly OutboxEntry[] {
    return this.#entries;
  }

  send(clientMsgId: string, draft: Draft): Promise<SendOutcome> {
    const entry: OutboxEntry = {
      ...draft,
      clientMsgId,
      createdAtMs: this.#clock.now(),
      state: 'sending',
      id: null,
      seq: null,
      error: null,
    };
    return this.#start([...this.#entries, entry], clientMsgId);
  }

  /** Sends a failed message once more, with its old id. */
  retry(clientMsgId: string): Promise<SendOutcome> | null {
    const failed = this.#entries.find((entry) => entry.clientMsgId === clientMsgId);
    if (failed?.state !== 'failed') return null;
    const others = this.#entries.filter((entry) => entry !== failed);
    return this.#start([...others, { ...failed, state: 'sending', error: null }], clientMsgId);
  }

  /** Takes a failed message away. */
  discard(clientMsgId: string): void {
    this.#keep((entry) => entry.clientMsgId !== clientMsgId || entry.state !== 'failed');
  }

  /** Which messages wait for review, as the server has them: those of an earlier visit too. */
  setHeld(messages: readonly Message[]): void {
    const held = new Set(messages.map(({ clientMsgId }) => clientMsgId));
    this.#keep((entry) => entry.state !== 'held' || held.has(entry.clientMsgId));
    const known = new Set(this.#entries.map(({ clientMsgId }) => clientMsgId));
    const added = messages.filter(({ clientMsgId }) => !known.has(clientMsgId)).map(heldEntry);
    if (added.length === 0) return;
    this.#entries = [...added, ...this.#entries];
    this.#changed();
  }

  /** A held message was turned down. */
  dropHeld(id: string): void {
    this.#keep((entry) => entry.id !== id || entry.state !== 'held');
  }

  /** The room can be written to from now on, or not. */
  setOpen(isOpen: boolean): void {
    if (this.#isOpen === isOpen) return;
    this.#isOpen = isOpen;
    this.#pause.clear();
    if (isOpen) void this.#work();
  }

  /**
   * The room's log has come to this state: messages of ours that it shows are done, and so are those that it has
   * passed without showing them (deleted, or older than its window).
   */
  settleShown({ seq, messages }: Pick<RoomState, 'seq' | 'messages'>): void {
    if (this.#entries.length === 0) return;
    const shown = new Map(messages.map((written) => [written.message.clientMsgId, written]));
    for (const entry of this.#entries) {
      const written = shown.get(entry.clientMsgId);
      if (written) this.#settle(entry, { ok: true, id: written.message.id, seq: written.seq });
    }
    this.#keep((entry) => !shown.has(entry.clientMsgId) && (entry.seq === null || entry.seq > seq));
  }

  /** Nothing can be sent any more: what waits fails, and so does what comes later. */
  refuse(error: ApiError | null): void {
    this.#refusal = error ?? new ApiError({ code: 'network' });
    for (const entry of this.#entries) {
      if (entry.state === 'sending') this.#fail(entry.clientMsgId, this.#refusal);
    }
  }

  /** After `refuse`: messages are taken again. */
  accept(): void {
    this.#refusal = null;
  }

  #start(entries: readonly OutboxEntry[], clientMsgId: string): Promise<SendOutcome> {
    this.#entries = entries;
    const deadline = new Alarm(this.#clock);
    deadline.set(giveUpAfterMs, () => this.#fail(clientMsgId, new ApiError({ code: 'timeout' })));
    this.#deadlines.set(clientMsgId, deadline);
    const outcome = new Promise<SendOutcome>((resolve) => this.#outcomes.set(clientMsgId, resolve));
    this.#changed();
    if (this.#refusal) this.#fail(clientMsgId, this.#refusal);
    else void this.#work();
    return outcome;
  }

  async #work(): Promise<void> {
    if (this.#isBusy || this.#pause.isSet) return;
    this.#isBusy = true;
    for (let entry = this.#next(); this.#isOpen && entry; entry = this.#next()) {
      const { clientMsgId, text, kind, replyTo } = entry;
      try {
        const { id, seq } = await this.#deliver({ clientMsgId, text, kind, replyTo });
        this.#accept(clientMsgId, id, seq);
      } catch (thrown) {
        const error = ApiError.from(thrown);
        const isUnknown = ['network', 'timeout', 'not_joined'].includes(error.code);
        if (!isUnknown) {
          this.#fail(clientMsgId, error);
        } else if (this.#isOpen) {
          this.#pause.set(retryAfterTimeoutMs, () => void this.#work());
          break;
        }
      }
    }
    this.#isBusy = false;
  }

  #next(): OutboxEntry | undefined {
    return this.#entries.find((entry) => entry.state === 'sending');
  }

  #accept(clientMsgId: string, id: string, seq: number | null): void {
    const state = seq === null ? 'held' : 'sent';
    const entry = this.#update(clientMsgId, { state, id, seq, error: null });
    if (entry) this.#settle(entry, { ok: true, id, seq });
    this.#changed();
  }

  #fail(clientMsgId: string, reason: ApiError): void {
    const error = reason.toFailure();
    const entry = this.#update(clientMsgId, { state: 'failed', error });
    if (entry) this.#settle(entry, { ok: false, clientMsgId, text: entry.text, error });
    this.#changed();
  }

  #update(clientMsgId: string, change: Partial<OutboxEntry>): OutboxEntry | undefined {
    this.#entries = this.#entries.map((entry) =>
      entry.clientMsgId === clientMsgId ? { ...entry, ...change } : entry,
    );
    return this.#entries.find((entry) => entry.clientMsgId === clientMsgId);
  }

  #settle(entry: OutboxEntry, outcome: SendOutcome): void {
    this.#deadlines.get(entry.clientMsgId)?.clear();
    this.#deadlines.delete(entry.clientMsgId);
    this.#outcomes.get(entry.clientMsgId)?.(outcome);
    this.#outcomes.delete(entry.clientMsgId);
  }

  #keep(isKept: (entry: OutboxEntry) => boolean): void {
    if (this.#entries.every(isKept)) return;
    this.#entries = this.#entries.filter(isKept);
    this.#changed();
  }
}

function heldEntry({ id, clientMsgId, text, kind, replyTo }: Message): OutboxEntry {
  // The id is a UUIDv7: its first 48 bits are the time at which it was made (RFC 9562 section 5.7).
  const createdAtMs = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  return { id, clientMsgId, text, kind, replyTo, createdAtMs, state: 'held', seq: null, error: null };
}
