import type { Clock } from '../platform/clock.ts';
import { newSecret } from '../platform/ids.ts';

const lifetimeMs = 60_000;

/**
 * Tickets by which a seller's browser publishes to one stream: the stream key itself is told once and to encoders. Each
 * is good once and for a minute, and a newer one for the same stream takes its place. They live in this process, as the
 * video does; where browsers may publish to several nodes, they belong beside the presence in Redis.
 */
export class IngestTickets {
  /** By stream, in the order of their end. */
  readonly #issued = new Map<string, { ticket: string; expiresAtMs: number }>();
  readonly #streams = new Map<string, string>();

  constructor(private readonly clock: Clock) {}

  issue(streamId: string): { ticket: string; expiresAt: Date } {
    this.#forget(streamId);
    this.#forgetExpired();
    const ticket = newSecret();
    const expiresAtMs = this.clock.now().getTime() + lifetimeMs;
    this.#issued.set(streamId, { ticket, expiresAtMs });
    this.#streams.set(ticket, streamId);
    return { ticket, expiresAt: new Date(expiresAtMs) };
  }

  /** The stream that this is a ticket for, the first time it is asked; else null. */
  redeem(ticket: string): string | null {
    const streamId = this.#streams.get(ticket);
    const issued = streamId && this.#issued.get(streamId);
    if (!streamId || !issued) return null;
    this.#forget(streamId);
    return issued.expiresAtMs > this.clock.now().getTime() ? streamId : null;
  }

  #forget(streamId: string): void {
    const issued = this.#issued.get(streamId);
    if (!issued) return;
    this.#issued.delete(streamId);
    this.#streams.delete(issued.ticket);
  }

  #forgetExpired(): void {
    const nowMs = this.clock.now().getTime();
    for (const [streamId, { expiresAtMs }] of this.#issued) {
      if (expiresAtMs > nowMs) return;
      this.#forget(streamId);
    }
  }
}
