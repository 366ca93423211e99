import type { Me } from '@vybekart/contract';
import type { OutboxEntry } from './outbox.ts';
import type { ChatMessage, RoomState } from './room-state.ts';
import type { RoomMessage } from './room-view.ts';

const afterAllOthers = Number.POSITIVE_INFINITY;

/**
 * The chat as it is shown: an own message stands once, where its seq puts it or at the end. A line that did not
 * change stays the same object, so that a list draws only what is new.
 */
export class MessageList {
  readonly #sentHere = new Set<string>();
  #lines = new WeakMap<ChatMessage, RoomMessage>();
  #madeOf: [RoomState['messages'] | undefined, readonly OutboxEntry[], Me | null] = [undefined, [], null];
  #messages: readonly RoomMessage[] = [];

  /** Messages with this id are ours, whoever is signed in when they come back. */
  markOwn(clientMsgId: string): void {
    this.#sentHere.add(clientMsgId);
  }

  compose(state: RoomState | null, outbox: readonly OutboxEntry[], me: Me | null): readonly RoomMessage[] {
    const [written, entries, person] = this.#madeOf;
    if (person?.id !== me?.id) this.#lines = new WeakMap();
    if (written === state?.messages && entries === outbox && person === me) return this.#messages;
    this.#madeOf = [state?.messages, outbox, me];
    const shown = (state?.messages ?? []).map((message) => this.#line(message, me));
    const role = shown.findLast((line) => line.user.id === me?.id)?.user.role ?? 'viewer';
    const known = new Set(outbox.length > 0 ? shown.map((line) => line.clientMsgId) : []);
    const own = outbox
      .filter((entry) => !known.has(entry.clientMsgId))
      .map((entry) => pendingLine(entry, me, role));
    this.#messages = [...shown, ...own].sort((a, b) => order(a.seq) - order(b.seq) || 0);
    return this.#messages;
  }

  #line(written: ChatMessage, me: Me | null): RoomMessage {
    const known = this.#lines.get(written);
    if (known) return known;
    const { seq, at, message } = written;
    const line: RoomMessage = {
      clientMsgId: message.clientMsgId,
      id: message.id,
      seq,
      text: message.text,
      user: message.user,
      kind: message.kind,
      replyTo: message.replyTo,
      at,
      state: 'sent',
      isOwn: message.user.id === me?.id || this.#sentHere.has(message.clientMsgId),
      error: null,
    };
    this.#lines.set(written, line);
    return line;
  }
}

function pendingLine(entry: OutboxEntry, me: Me | null, role: RoomMessage['user']['role']): RoomMessage {
  const { clientMsgId, id, seq, text, kind, replyTo, state, error } = entry;
  const user = { id: me?.id ?? '', displayName: me?.displayName ?? '', role };
  const at = new Date(entry.createdAtMs).toISOString();
  return { clientMsgId, id, seq, text, user, kind, replyTo, at, state, isOwn: true, error };
}

/** Infinity less itself is NaN, which `|| 0` above makes equal: the order in which they were written. */
function order(seq: number | null): number {
  return seq ?? afterAllOthers;
}
