import type { IncomingMessage } from 'node:http';
import { type ClientAddress, isOwnMachine, networkOf } from '../platform/client-address.ts';

/**
 * How many connections one address may have open, so that nobody takes all that a node can hold. Generous, for many
 * people share the address of a mobile network. This machine's own address is not counted: behind a proxy that
 * `TRUSTED_PROXIES` does not name it would stand for everybody.
 */
export class SocketBudget {
  readonly #open = new Map<string, number>();

  constructor(
    private readonly addresses: ClientAddress,
    private readonly maxPerAddress: number,
  ) {}

  allows(request: IncomingMessage): boolean {
    const network = this.#networkOf(request);
    return network === null || (this.#open.get(network) ?? 0) < this.maxPerAddress;
  }

  /** Counts a connection; answers what to call when it is closed, null for one that does not count. */
  opened(request: IncomingMessage): (() => void) | null {
    const network = this.#networkOf(request);
    if (network === null) return null;
    this.#open.set(network, (this.#open.get(network) ?? 0) + 1);
    return () => {
      const left = (this.#open.get(network) ?? 1) - 1;
      if (left > 0) this.#open.set(network, left);
      else this.#open.delete(network);
    };
  }

  #networkOf(request: IncomingMessage): string | null {
    const address = this.addresses.of(request);
    return isOwnMachine(address) ? null : networkOf(address);
  }
}
