import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Whose connection it is: the address that the nearest trusted proxies name, else the one at the other end. */
export class ClientAddress {
  readonly #proxies = new BlockList();

  /** `trustedProxies`: addresses and CIDR ranges, as in `TRUSTED_PROXIES`. */
  constructor(trustedProxies: readonly string[]) {
    for (const proxy of trustedProxies) {
      const [address = '', bits] = proxy.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.#proxies.addAddress(address, family);
      else this.#proxies.addSubnet(address, Number(bits), family);
    }
  }

  of(request: IncomingMessage): string {
    const header = request.headers['x-forwarded-for'];
    const forwarded = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
    let address = plain(request.socket.remoteAddress ?? '');
    for (const next of forwarded.reverse().map(plain)) {
      if (isIP(next) === 0 || !this.#isTrusted(address)) break;
      address = next;
    }
    return address;
  }

  #isTrusted(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#proxies.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** An IPv4 address as such, also where the system writes it as an IPv6 one. */
const plain = (address: string) => address.trim().replace(/^::ffff:(?=\d+\.)/i, '');

/** Loopback: programs on this machine, or a proxy that nobody told us to trust. */
export function isOwnMachine(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** An IPv6 customer has a whole /64; of IPv4 each address counts. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
