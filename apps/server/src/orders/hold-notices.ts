import type { Database } from '../platform/database.ts';
import type { Events } from '../platform/events.ts';
import type { Log } from '../platform/log.ts';

const everyMs = 100;

/**
 * Announces that orders took units off the shelf, as one `stock.changed` for all that did within a tenth of a second:
 * an event for each would cost more than placing the order does. Limit: what a process had not announced when it died
 * stays untold until the stock changes again or a room that shows it is loaded.
 */
export class HoldNotices {
  #variantIds = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #announcing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly log: Log,
  ) {}

  held(variantIds: readonly string[]): void {
    if (variantIds.length === 0) return;
    for (const id of variantIds) this.#variantIds.add(id);
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#announcing = this.#announce();
    }, everyMs).unref();
  }

  /** Announces what waits, once, and nothing after that. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#announcing;
    if (this.#variantIds.size > 0) await this.#announce();
  }

  async #announce(): Promise<void> {
    const variantIds = [...this.#variantIds];
    this.#variantIds = new Set();
    this.#timer = undefined;
    try {
      await this.events.publish(this.database.db, 'stock.changed', { variantIds });
    } catch (error) {
      this.log.warn({ err: error }, 'holds could not be announced yet');
      this.held(variantIds);
    }
  }
}
