import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** What befalls the events of a video cloud on their way; the default is: one each, at once, in order. */
export interface EventFaults {
  /** None is sent. */
  drop: boolean;
  /** Copies beside the first. */
  duplicates: number;
  delayMs: number;
  /** Events wait for this many and then go in the opposite order; 0: none waits. */
  swapEvery: number;
  /** Signed with another secret. */
  wrongSecret: boolean;
}
export const noEventFaults: EventFaults = {
  drop: false,
  duplicates: 0,
  delayMs: 0,
  swapEvery: 0,
  wrongSecret: false,
};

interface Delivery {
  body: string;
  attempt: number;
  faults: EventFaults;
}

/** One request to the endpoint; `status` 0 means that there was no answer. */
export interface EventAttempt {
  body: string;
  status: number;
}

/** Posts events to one endpoint until it answers 2xx: again after `retryMs`, doubled each time, ten times at most. */
export class EventDeliveries {
  faults: EventFaults = noEventFaults;
  url: string | null = null;
  readonly attempts: EventAttempt[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #waiting: Delivery[] = [];
  #isClosed = false;

  readonly #headersOf: (body: string, isWrong: boolean) => Record<string, string>;
  readonly #retryMs: number;

  /** `headersOf` signs a body; `isWrong`: with another secret. */
  constructor(headersOf: (body: string, isWrong: boolean) => Record<string, string>, retryMs = 200) {
    this.#headersOf = headersOf;
    this.#retryMs = retryMs;
  }

  send(event: object): void {
    const { faults } = this;
    if (faults.drop) return;
    const delivery = { body: JSON.stringify(event), attempt: 0, faults };
    if (faults.swapEvery === 0) {
      this.#later(delivery, faults.delayMs);
      return;
    }
    this.#waiting.push(delivery);
    if (this.#waiting.length < faults.swapEvery) return;
    const swapped = this.#waiting.reverse();
    this.#waiting = [];
    swapped.forEach((each, index) => {
      this.#later(each, faults.delayMs + index * 30);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #later(delivery: Delivery, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#attempt(delivery);
    }, delayMs);
    this.#timers.add(timer);
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { body, faults, attempt } = delivery;
    let isTaken = false;
    for (let copy = 0; copy <= faults.duplicates; copy += 1) {
      const status = await post(this.url, body, this.#headersOf(body, faults.wrongSecret));
      this.attempts.push({ body, status });
      isTaken ||= status >= 200 && status < 300;
    }
    if (isTaken || this.#isClosed || attempt >= 10) return;
    this.#later({ ...delivery, attempt: attempt + 1 }, this.#retryMs * 2 ** attempt);
  }
}

function post(url: string | null, body: string, headers: Record<string, string>): Promise<number> {
  if (url === null) return Promise.resolve(0);
  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = send(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, timeout: 5000 },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(0));
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(0));
    request.end(body);
  });
}
