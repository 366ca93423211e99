/** What goes wrong with an API request. `after` tells whether the request took effect before. */
export type RequestFault =
  | { kind: 'rate_limit' | 'conflict' }
  | { kind: 'delay'; delayMs: number }
  | {
      /**
       * `timeout`: never answered. `reset`: the connection is cut. `server_error`: a 500, which the idempotency layer
       * keeps. `bad_gateway`: an HTML 502. `stalled_body`: headers and one byte, then silence.
       */
      kind: 'timeout' | 'reset' | 'server_error' | 'bad_gateway' | 'stalled_body';
      after: 'nothing' | 'commit';
    };

/** Which requests a fault is for; an absent member matches all. */
export interface FaultedRequests {
  method?: 'GET' | 'POST';
  /** A part of the path, for example `/confirm`. */
  path?: string;
  /** How many of them; default 1. */
  times?: number;
}

const BREAKAGES = ['timeout', 'reset', 'server_error', 'bad_gateway', 'stalled_body'];
const MAX_DELAY_MS = 3600 * 1000;

/** Whether a value from outside is a fault. */
export function isRequestFault(value: unknown): value is RequestFault {
  const { kind, after, delayMs } = (value ?? {}) as Record<string, unknown>;
  if (kind === 'rate_limit' || kind === 'conflict') return true;
  if (kind === 'delay') return typeof delayMs === 'number' && delayMs >= 0 && delayMs <= MAX_DELAY_MS;
  return BREAKAGES.includes(String(kind)) && (after === 'nothing' || after === 'commit');
}

/** The faults that wait for their requests, the oldest first. */
export class RequestFaults {
  #waiting: { fault: RequestFault; method?: string; path?: string; left: number }[] = [];

  add(fault: RequestFault, { method, path, times = 1 }: FaultedRequests = {}): void {
    this.#waiting.push({ fault, method, path, left: times });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** Uses up the first fault that is for this request. */
  take(method: string, path: string): RequestFault | null {
    if (this.#waiting.length === 0) return null;
    const found = this.#waiting.find(
      (waiting) =>
        (waiting.method === undefined || waiting.method === method) &&
        (waiting.path === undefined || path.includes(waiting.path)),
    );
    if (!found) return null;
    found.left--;
    if (found.left === 0) this.#waiting = this.#waiting.filter((waiting) => waiting !== found);
    return found.fault;
  }
}
