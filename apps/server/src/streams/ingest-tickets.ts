import type { Clock } from '../platform/clock.ts';
import { newSecret } from '../platform/ids.ts';

const lifetimeMs = 60_000;
const maxTickets = 10_000;

/**
 * Tickets by which a seller's browser publishes to one stream: the stream key itself is told once and to encoders. Each
 * is good once and for a minute. They live in this process, as the video does; where browsers may publish to several
 * nodes, they belong beside the presence in Redis.
 */
export class IngestTickets {
  /** In the order of their end. */
  readonly #tickets = new Map<string, { streamId: string; expiresAtMs: number }>();

  constructor(private readonly clock: Clock) {}

  issue(streamId: string): { ticket: string; expiresAt: Date } {
    this.#forgetOld();
    const ticket = newSecret();
    const expiresAtMs = this.clock.now().getTime() + lifetimeMs;
    this.#tickets.set(ticket, { streamId, expiresAtMs });
    return { ticket, expiresAt: new Date(expiresAtMs) };
  }

  /** The stream that this is a ticket for, the first time it is asked; else null. */
  redeem(ticket: string): string | null {
    const found = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return found && found.expiresAtMs > this.clock.now().getTime() ? found.streamId : null;
  }

  #forgetOld(): void {
    const nowMs = this.clock.now().getTime();
    for (const [ticket, { expiresAtMs }] of this.#tickets) {
      if (expiresAtMs > nowMs && this.#tickets.size < maxTickets) return;
      this.#tickets.delete(ticket);
    }
  }
}
