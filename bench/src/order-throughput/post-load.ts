import net from 'node:net';

export interface Load {
  /** Of the server. */
  port: number;
  path: string;
  clients: number;
  durationMs: number;
  expectedStatus: number;
  /** Headers (without content-length) and body of the next request of a client. */
  next(client: number): { headers: string; body: string };
}

export interface LoadResult {
  perSecond: number;
  count: number;
  p50Ms: number;
  p99Ms: number;
}

/**
 * Closed loop: each client has one keep-alive connection and posts again as soon as it is answered. Written on bare
 * sockets, because a full HTTP client would take more of the machine than the server under test.
 */
export async function postLoad(load: Load): Promise<LoadResult> {
  const startMs = performance.now();
  const endMs = startMs + load.durationMs;
  const latenciesMs: number[] = [];
  await Promise.all(
    Array.from({ length: load.clients }, (_, client) => runClient(load, client, endMs, latenciesMs)),
  );
  const seconds = (performance.now() - startMs) / 1000;
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number) => latenciesMs[Math.floor((latenciesMs.length - 1) * share)] ?? 0;
  return {
    perSecond: latenciesMs.length / seconds,
    count: latenciesMs.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

function runClient(load: Load, client: number, endMs: number, latenciesMs: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port: load.port, host: '127.0.0.1', noDelay: true });
    let sentMs = 0;
    let received = '';
    const send = () => {
      sentMs = performance.now();
      const { headers, body } = load.next(client);
      socket.write(
        `POST ${load.path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`,
      );
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received = received === '' ? chunk : received + chunk;
      const bodyAt = received.indexOf('\r\n\r\n') + 4;
      if (bodyAt < 4) return;
      const length = Number(/content-length: (\d+)/i.exec(received.slice(0, bodyAt))?.[1]);
      if (received.length < bodyAt + length) return;
      if (!received.startsWith(`HTTP/1.1 ${load.expectedStatus}`)) {
        reject(new Error(`${load.path} answered ${received.slice(0, 400)}`));
        socket.destroy();
        return;
      }
      received = '';
      const nowMs = performance.now();
      latenciesMs.push(nowMs - sentMs);
      if (nowMs < endMs) send();
      else socket.end();
    });
  });
}
