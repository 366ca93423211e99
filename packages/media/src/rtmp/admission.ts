import type { Clock } from '../shared/clock.ts';
import type { RtmpLimits } from './limits.ts';

interface AddressRecord {
  open: number;
  tokens: number;
  refilledAt: number;
}

type AdmissionLimits = Pick<
  RtmpLimits,
  'connections' | 'connectionsPerAddress' | 'newConnectionsPerAddressPerMinute'
>;

/** Addresses remembered for their rate alone; beyond it the oldest are forgotten. */
const REMEMBERED_ADDRESSES = 10_000;

/** Decides who may connect at all: a cap on the whole, and per address a cap and a token bucket. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #clock: Clock;
  readonly #addresses = new Map<string, AddressRecord>();
  #open = 0;

  constructor(limits: AdmissionLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Null when admitted (then `leave` must follow), else why not. */
  enter(address: string): string | null {
    const record = this.#record(address);
    if (this.#open >= this.#limits.connections) return `${this.#open} connections are open`;
    if (record.open >= this.#limits.connectionsPerAddress)
      return `${record.open} connections from this address`;
    if (record.tokens < 1) return 'this address connects too often';
    record.tokens--;
    record.open++;
    this.#open++;
    return null;
  }

  leave(address: string): void {
    const record = this.#addresses.get(address);
    if (record) record.open--;
    this.#open--;
  }

  #record(address: string): AddressRecord {
    const perMinute = this.#limits.newConnectionsPerAddressPerMinute;
    const now = this.#clock.now();
    let record = this.#addresses.get(address);
    if (!record) {
      this.#forgetOldest();
      record = { open: 0, tokens: perMinute, refilledAt: now };
      this.#addresses.set(address, record);
    }
    record.tokens = Math.min(perMinute, record.tokens + ((now - record.refilledAt) / 60_000) * perMinute);
    record.refilledAt = now;
    return record;
  }

  #forgetOldest(): void {
    if (this.#addresses.size < REMEMBERED_ADDRESSES) return;
    for (const [address, record] of this.#addresses) {
      if (record.open > 0) continue;
      this.#addresses.delete(address);
      return;
    }
  }
}
