// The viewers and the speakers of the benchmark, in a process of their own. One command by IPC: a show on some nodes.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { RawViewer } from '../room-fanout/raw-viewer.ts';

export interface Show {
  ports: number[];
  streamId: string;
  viewersPerNode: number;
  /** Access tokens of those who speak, on the nodes in turn. */
  tokens: string[];
  messagesPerSecond: number;
  seconds: number;
}

export interface Heard {
  sent: number;
  /** From a speaker's write to a viewer's read, at one viewer in twenty. */
  p50Ms: number;
  p99Ms: number;
  /** Of these viewers, those that got every message once and in the one order. */
  completeShare: number;
}

const connectAtOnce = 50;
const sampleEvery = 20;
const settleMs = 1500;
const longestDrainMs = 15_000;

interface Sampled {
  seqs: number[];
  latenciesMs: number[];
}

async function joinAll(ports: readonly number[], streamId: string, perNode: number): Promise<RawViewer[]> {
  const viewers: RawViewer[] = [];
  for (const port of ports) {
    for (let joined = 0; joined < perNode; joined += connectAtOnce) {
      const batch = Array.from({ length: Math.min(connectAtOnce, perNode - joined) });
      viewers.push(...(await Promise.all(batch.map(() => RawViewer.join(port, { streamId })))));
    }
  }
  return viewers;
}

function sample(viewer: RawViewer): Sampled {
  const sampled: Sampled = { seqs: [], latenciesMs: [] };
  viewer.read = (text) => {
    if (!text.includes('"new_message"')) return;
    sampled.seqs.push(Number(/"seq":(\d+)/.exec(text)?.[1]));
    sampled.latenciesMs.push(performance.now() - Number(/"text":"([\d.]+)/.exec(text)?.[1]));
  };
  return sampled;
}

async function run(show: Show): Promise<Heard> {
  const { ports, streamId } = show;
  const viewers = await joinAll(ports, streamId, show.viewersPerNode);
  const speakers = await Promise.all(
    show.tokens.map((token, index) =>
      RawViewer.join(ports[index % ports.length] ?? 0, { auth: { token }, streamId }),
    ),
  );
  await delay(settleMs);
  const sampled = viewers.filter((_, index) => index % sampleEvery === 0).map(sample);
  const sent = show.messagesPerSecond * show.seconds;
  const startedAt = performance.now();
  for (let index = 0; index < sent; index += 1) {
    const waitMs = startedAt + (index * 1000) / show.messagesPerSecond - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const text = `${performance.now()} is what the pair in blue costs today`;
    const payload = { streamId, clientMsgId: randomUUID(), text };
    speakers[index % speakers.length]?.send(
      `42/streams,${index}${JSON.stringify(['send_message', payload])}`,
    );
  }
  const deadline = performance.now() + longestDrainMs;
  const isComplete = ({ seqs }: Sampled) => seqs.length >= sent;
  while (!sampled.every(isComplete) && performance.now() < deadline) await delay(100);
  for (const viewer of [...viewers, ...speakers]) viewer.close();

  const latencies = sampled.flatMap((each) => each.latenciesMs).sort((one, other) => one - other);
  const percentile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  const first = Math.min(...sampled.flatMap(({ seqs }) => seqs));
  const inOrder = ({ seqs }: Sampled) =>
    seqs.length === sent && seqs.every((seq, index) => seq === first + index);
  return {
    sent,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    completeShare: sampled.filter(inOrder).length / sampled.length,
  };
}

process.on('message', async (show: Show) => {
  process.send?.(await run(show));
});
process.on('disconnect', () => process.exit());
