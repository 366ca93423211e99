import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between browsers and a server that a test can cut, connection by connection. */
export interface CuttableProxy extends AsyncDisposable {
  port: number;
  /** From now on everything goes to this port of the machine. */
  leadTo(port: number): void;
  /** Breaks the connections whose first bytes begin with this. Answers how many there were. */
  cut(beginning: string): number;
}

export async function startProxy(): Promise<CuttableProxy> {
  let target = 0;
  const connections = new Map<Socket, string>();
  const server = createServer((inbound) => {
    const outbound = connect(target, '127.0.0.1');
    inbound.once('data', (bytes: Buffer) => connections.set(inbound, bytes.toString('latin1', 0, 200)));
    for (const [one, other] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      one.on('error', () => {});
      one.once('close', () => {
        connections.delete(inbound);
        other.destroy();
      });
      one.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (beginning: string) => {
    const broken = [...connections].filter(([, first]) => first.startsWith(beginning));
    for (const [socket] of broken) socket.resetAndDestroy();
    return broken.length;
  };
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => {
      target = port;
    },
    cut,
    async [Symbol.asyncDispose]() {
      server.close();
      cut('');
      await once(server, 'close');
    },
  };
}
