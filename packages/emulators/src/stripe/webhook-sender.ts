import { type Clock, unixSeconds } from '../clock.ts';
import { type RandomBytes, randomText } from '../random.ts';
import type { Event } from './event-objects.ts';
import type { Journal } from './journal.ts';
import type { Delivery, Ledger } from './ledger.ts';
import { noWebhookFaults, type WebhookFaults } from './webhook-faults.ts';
import { WebhookRequests } from './webhook-request.ts';
import { signWebhook } from './webhook-signature.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The waits between attempts, about three days in all. */
export const retryScheduleMs: readonly number[] = [
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  ...Array.from({ length: 5 }, () => 12 * HOUR_MS),
];

const MAX_CONCURRENT = 32;
const ATTEMPTS_REMEMBERED = 1000;
const JOURNAL_RETRY_MS = 1000;

/** One request to the webhook endpoint; `result` is its HTTP status or why there was none. */
export interface WebhookAttempt {
  eventId: string;
  type: string;
  attempt: number;
  result: number | string;
  atMs: number;
}

export interface WebhookOptions {
  url: string | null;
  secrets: readonly string[];
  timeoutMs: number;
  scheduleMs: readonly number[];
  /** The schedule's waits are divided by this. */
  speedFactor: number;
}

/**
 * Delivers every event at least once to the one webhook endpoint, in no particular order: up to 32 at a time, again
 * by the schedule until it answers 2xx. Nothing is sent before the journal holds it. Events wait while no URL is set.
 */
export class WebhookSender {
  faults: WebhookFaults = noWebhookFaults;
  readonly attempts: WebhookAttempt[] = [];
  readonly #ledger: Ledger;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #options: WebhookOptions;
  readonly #requests = new WebhookRequests();
  readonly #timers = new Map<string, () => void>();
  readonly #ready: string[] = [];
  readonly #early = new Map<string, Promise<void>>();
  #gathered: string[] = [];
  #active = 0;
  #closed = false;

  constructor(ledger: Ledger, journal: Journal, clock: Clock, random: RandomBytes, options: WebhookOptions) {
    this.#ledger = ledger;
    this.#journal = journal;
    this.#clock = clock;
    this.#random = random;
    this.#options = { ...options };
  }

  /** Everything that waits for an address is sent to this one. */
  setUrl(url: string): void {
    const isFirst = this.#options.url === null;
    this.#options.url = url;
    if (isFirst) this.resume();
  }

  setSecrets(secrets: readonly string[]): void {
    this.#options.secrets = secrets;
  }

  resume(): void {
    if (this.#options.url === null) return;
    for (const delivery of this.#ledger.tables.delivery.oldestFirst()) this.#schedule(delivery);
  }

  /** Sends new events as the faults of the moment say. */
  send(events: Event[]): void {
    for (const event of events) {
      const faults = this.#faultsFor(event);
      const delivery = this.#ledger.get('delivery', event.id);
      if (!delivery) continue;
      if (faults.drop) this.#finish(event.id);
      else if (this.#options.url === null) continue;
      else if (faults.beforeResponse) this.#attemptEarly(event.id);
      else if (faults.shuffleMs > 0) this.#gather(event.id, faults.shuffleMs);
      else if (faults.delayMs > 0) this.#postpone(delivery, 0, faults.delayMs);
      else this.#makeReady(event.id);
    }
  }

  /** Ends with the attempts that a fault wants to see ended before the API answers. */
  async earlyAttempts(events: Event[]): Promise<void> {
    await Promise.all(events.map((event) => this.#early.get(event.id)));
  }

  /** Sends an event once more, delivered or not. Returns false when there is no such event. */
  resend(eventId: string): boolean {
    if (!this.#ledger.get('event', eventId)) return false;
    const delivery = this.#ledger.get('delivery', eventId) ?? { id: eventId, attempts: 0, dueAtMs: 0 };
    this.#record(delivery);
    this.#makeReady(eventId);
    return true;
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#requests.close();
  }

  #faultsFor(event: Event): WebhookFaults {
    const { types } = this.faults;
    return types === null || types.includes(event.type) ? this.faults : noWebhookFaults;
  }

  #schedule(delivery: Delivery): void {
    this.#timers.get(delivery.id)?.();
    const delayMs = delivery.dueAtMs - this.#clock.now();
    if (delayMs <= 0) this.#makeReady(delivery.id);
    else
      this.#timers.set(
        delivery.id,
        this.#clock.after(delayMs, () => this.#makeReady(delivery.id)),
      );
  }

  #makeReady(eventId: string): void {
    this.#timers.delete(eventId);
    this.#ready.push(eventId);
    this.#pump();
  }

  #pump(): void {
    while (!this.#closed && this.#active < MAX_CONCURRENT) {
      const eventId = this.#ready.shift();
      if (eventId === undefined) return;
      this.#active++;
      void this.#attempt(eventId).finally(() => {
        this.#active--;
        this.#pump();
      });
    }
  }

  #attemptEarly(eventId: string): void {
    const attempt = this.#attempt(eventId).finally(() => this.#early.delete(eventId));
    this.#early.set(eventId, attempt);
  }

  #gather(eventId: string, spanMs: number): void {
    this.#gathered.push(eventId);
    if (this.#gathered.length > 1) return;
    const cancel = this.#clock.after(spanMs, async () => {
      const shuffled = this.#gathered
        .map((id) => ({ id, rank: randomText(this.#random, 8) }))
        .sort((a, b) => (a.rank < b.rank ? -1 : 1));
      this.#gathered = [];
      for (const { id } of shuffled) await this.#attempt(id);
    });
    this.#timers.set('shuffle', cancel);
  }

  /** Never rejects: whatever goes wrong, the event stays to be delivered. */
  async #attempt(eventId: string): Promise<void> {
    const delivery = this.#ledger.get('delivery', eventId);
    const event = this.#ledger.get('event', eventId);
    const { url } = this.#options;
    if (!delivery || !event || url === null || this.#closed) return;
    try {
      await this.#journal.settled();
    } catch {
      const retry = this.#clock.after(JOURNAL_RETRY_MS, () => this.#makeReady(eventId));
      this.#timers.set(eventId, retry);
      return;
    }
    const results = await this.#post(url, event, delivery.attempts + 1);
    if (this.#closed) return;
    const waitMs = this.#options.scheduleMs[delivery.attempts];
    const isAccepted = results.some((result) => typeof result === 'number' && result >= 200 && result < 300);
    if (isAccepted || waitMs === undefined) this.#finish(eventId);
    else this.#postpone(delivery, delivery.attempts + 1, waitMs / this.#options.speedFactor);
  }

  async #post(url: string, event: Event, attempt: number): Promise<(number | string)[]> {
    const faults = this.#faultsFor(event);
    const payload = JSON.stringify(event);
    const sendOne = async (): Promise<number | string> => {
      const secrets = faults.wrongSecret ? [randomText(this.#random, 32)] : this.#options.secrets;
      const atSeconds = unixSeconds(this.#clock) + faults.timestampOffsetSeconds;
      const signature = signWebhook(payload, secrets, atSeconds);
      const result = await this.#requests.post(url, payload, signature, this.#options.timeoutMs);
      this.attempts.push({ eventId: event.id, type: event.type, attempt, result, atMs: this.#clock.now() });
      if (this.attempts.length > ATTEMPTS_REMEMBERED) this.attempts.shift();
      return result;
    };
    const copies = Array.from({ length: 1 + faults.duplicates }, () => sendOne);
    if (faults.parallel) return Promise.all(copies.map((copy) => copy()));
    const results: (number | string)[] = [];
    for (const copy of copies) results.push(await copy());
    return results;
  }

  #postpone(delivery: Delivery, attempts: number, delayMs: number): void {
    const postponed = { id: delivery.id, attempts, dueAtMs: this.#clock.now() + delayMs };
    this.#record(postponed);
    this.#schedule(postponed);
  }

  #record(delivery: Delivery): void {
    this.#ledger.put('delivery', delivery);
    this.#journal.append({ puts: [['delivery', delivery]], removals: [] });
  }

  #finish(eventId: string): void {
    this.#ledger.tables.delivery.delete(eventId);
    this.#journal.append({ puts: [], removals: [['delivery', eventId]] });
  }
}
