import type { TokenEndpoint } from './token-endpoint.ts';

/** `hang`: never answered. `retryAfterSeconds` becomes the header `Retry-After`. */
export type SendFault =
  | { kind: 'quota_exceeded' | 'unavailable'; retryAfterSeconds: number }
  | { kind: 'internal' | 'hang' };

const MAX_UNREGISTERED = 10_000;

/** What devices and Google do, for tests. */
export class FcmControl {
  readonly #tokens: TokenEndpoint;
  readonly #unregistered = new Set<string>();
  #faults: { fault: SendFault; left: number }[] = [];

  constructor(tokens: TokenEndpoint) {
    this.#tokens = tokens;
  }

  /** The next sends meet this fault. */
  failSends(fault: SendFault, times = 1): void {
    this.#faults.push({ fault, left: times });
  }

  clearFaults(): void {
    this.#faults = [];
  }

  /** The app behind this token was removed: sends to it answer 404 UNREGISTERED. */
  unregister(token: string): void {
    this.#unregistered.add(token);
    for (const oldest of this.#unregistered) {
      if (this.#unregistered.size <= MAX_UNREGISTERED) break;
      this.#unregistered.delete(oldest);
    }
  }

  isUnregistered(token: string): boolean {
    return this.#unregistered.has(token);
  }

  /** Access tokens given so far answer 401 from now on. */
  revokeAccessTokens(): void {
    this.#tokens.revokeAll();
  }

  takeFault(): SendFault | null {
    const first = this.#faults[0];
    if (!first) return null;
    first.left--;
    if (first.left === 0) this.#faults.shift();
    return first.fault;
  }
}
