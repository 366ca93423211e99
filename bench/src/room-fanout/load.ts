// The viewers of the benchmark, in a process of their own. Commands by IPC: `connect`, `talk`, `end`.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { RawViewer } from './raw-viewer.ts';

export type LoadCommand =
  | { do: 'connect'; port: number; viewers: number }
  | { do: 'talk'; messagesPerSecond: number; seconds: number; senders: number };

export interface LoadReport {
  sent: number;
  /** Messages that reached viewers, those included that were late. */
  delivered: number;
  /** From a sender's write to a viewer's read, at one viewer in twenty. */
  p50Ms: number;
  p99Ms: number;
}

const connectAtOnce = 50;
/** A server that is behind gets time to catch up while it makes progress, so that its work is not counted as waste. */
const stalledAfterMs = 2000;
const longestDrainMs = 30_000;
const sampleEvery = 20;

let viewers: RawViewer[] = [];

async function connectAll(port: number, count: number): Promise<void> {
  viewers = [];
  while (viewers.length < count) {
    const batch = Math.min(connectAtOnce, count - viewers.length);
    viewers.push(...(await Promise.all(Array.from({ length: batch }, () => RawViewer.join(port)))));
  }
}

/** Messages at even distances from senders in turn; each carries the time at which it was sent. */
async function talk(messagesPerSecond: number, seconds: number, senders: number): Promise<LoadReport> {
  const latencies: number[] = [];
  for (const viewer of viewers) viewer.delivered = 0;
  for (const viewer of viewers.filter((_, index) => index % sampleEvery === 0)) {
    viewer.read = (text) => {
      const sentAt = Number(/"text":"([\d.]+)/.exec(text)?.[1]);
      latencies.push(performance.now() - sentAt);
    };
  }
  const count = messagesPerSecond * seconds;
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) {
    const waitMs = startedAt + (index * 1000) / messagesPerSecond - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const text = `${performance.now()} is what the pair in blue costs today`;
    const payload = { streamId: '', clientMsgId: randomUUID(), text };
    viewers[index % senders]?.send(`42/streams,${index}${JSON.stringify(['send_message', payload])}`);
  }
  const delivered = await drained(count * viewers.length);
  for (const viewer of viewers) viewer.read = undefined;
  latencies.sort((one, other) => one - other);
  const percentile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { sent: count, delivered, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
}

/** How much has arrived when all has, when nothing more comes, or when it takes too long. */
async function drained(expected: number): Promise<number> {
  const total = () => viewers.reduce((sum, viewer) => sum + viewer.delivered, 0);
  const deadline = performance.now() + longestDrainMs;
  let delivered = total();
  let progressAt = performance.now();
  while (delivered < expected && performance.now() < Math.min(deadline, progressAt + stalledAfterMs)) {
    await delay(100);
    const now = total();
    if (now > delivered) progressAt = performance.now();
    delivered = now;
  }
  return delivered;
}

process.on('message', async (command: LoadCommand) => {
  if (command.do === 'connect') {
    await connectAll(command.port, command.viewers);
    process.send?.({ connected: viewers.length });
  } else {
    process.send?.(await talk(command.messagesPerSecond, command.seconds, command.senders));
  }
});
process.on('disconnect', () => process.exit());
