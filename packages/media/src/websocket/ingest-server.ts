import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Admission } from '../rtmp/admission.ts';
import { IngestSession, type IngestSessionOptions } from './ingest-session.ts';
import { acceptUpgrade, refuseUpgrade } from './upgrade.ts';

/** Takes over the HTTP server's upgrades and runs one `IngestSession` each. */
export class IngestServer {
  readonly #options: IngestSessionOptions;
  readonly #admission: Admission;
  readonly #sessions = new Set<IngestSession>();
  #isClosing = false;

  constructor(options: IngestSessionOptions) {
    this.#options = options;
    this.#admission = new Admission(options.limits, options.clock);
  }

  /** `head`: what came behind the request. `address`: who it is, as far as a proxy in front can be believed. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    const refusal = this.#isClosing ? 'server is closing' : this.#admission.enter(address);
    if (refusal !== null) {
      this.#options.log(`[ingest ${address}] refused: ${refusal}`);
      refuseUpgrade(socket, 429, 'retry-after: 5\r\n');
      return;
    }
    let isCounted = true;
    const leave = () => {
      if (isCounted) this.#admission.leave(address);
      isCounted = false;
    };
    socket.once('close', leave);
    if (!acceptUpgrade(request, socket)) return;
    if (socket instanceof Socket) {
      socket.setTimeout(0);
      socket.setNoDelay(true);
    }
    const session = new IngestSession(socket, address, this.#options);
    this.#sessions.add(session);
    socket.once('close', () => this.#sessions.delete(session));
    if (head.length > 0) session.push(head);
  }

  /** Cuts every connection and takes no more. */
  close(): void {
    this.#isClosing = true;
    for (const session of this.#sessions) session.goAway();
  }
}
