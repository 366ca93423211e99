import type { FcmMessage } from './message.ts';

const MAX_MESSAGES_EACH = 100;
const MAX_MESSAGES = 20_000;

/** A message that arrived at a device. */
export interface ReceivedMessage {
  /** The `name` that the sender got. */
  name: string;
  receivedAtMs: number;
  message: FcmMessage;
}

/** What the devices received: the newest 100 messages of each, and at most 20,000 (80 MB) of all. */
export class Inboxes {
  readonly #byToken = new Map<string, ReceivedMessage[]>();
  #count = 0;

  deliver(token: string, received: ReceivedMessage): void {
    const messages = this.#byToken.get(token) ?? [];
    messages.push(received);
    this.#count++;
    if (messages.length > MAX_MESSAGES_EACH) {
      messages.shift();
      this.#count--;
    }
    this.#byToken.delete(token);
    this.#byToken.set(token, messages);
    for (const [stalest, { length }] of this.#byToken) {
      if (this.#count <= MAX_MESSAGES) break;
      this.#byToken.delete(stalest);
      this.#count -= length;
    }
  }

  /** The oldest first. */
  of(token: string): readonly ReceivedMessage[] {
    return this.#byToken.get(token) ?? [];
  }
}
