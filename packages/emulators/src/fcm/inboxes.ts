import type { FcmMessage } from './message.ts';

const MAX_INBOXES = 10_000;
const MAX_MESSAGES = 100;

/** A message that arrived at a device. */
export interface ReceivedMessage {
  /** The `name` that the sender got. */
  name: string;
  receivedAtMs: number;
  message: FcmMessage;
}

/** What each device received: the newest 100 messages of the 10,000 devices that last received one. */
export class Inboxes {
  readonly #byToken = new Map<string, ReceivedMessage[]>();

  deliver(token: string, received: ReceivedMessage): void {
    const messages = this.#byToken.get(token) ?? [];
    messages.push(received);
    if (messages.length > MAX_MESSAGES) messages.shift();
    this.#byToken.delete(token);
    this.#byToken.set(token, messages);
    for (const stalest of this.#byToken.keys()) {
      if (this.#byToken.size <= MAX_INBOXES) break;
      this.#byToken.delete(stalest);
    }
  }

  /** The oldest first. */
  of(token: string): readonly ReceivedMessage[] {
    return this.#byToken.get(token) ?? [];
  }
}
