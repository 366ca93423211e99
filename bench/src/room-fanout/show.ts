// The audience of a show, in a process of its own: who watches, who speaks, who sends hearts. Commands by IPC.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { RawViewer } from './raw-viewer.ts';

export interface Audience {
  do: 'join';
  ports: number[];
  streamId: string;
  viewersPerNode: number;
  /** Of those who speak, on the nodes in turn: access tokens, or null for a server that asks for none. */
  speakers: (string | null)[];
  /** Every so many-th viewer is looked at closely. */
  sampleEvery: number;
}

export interface Talk {
  do: 'talk';
  messagesPerSecond: number;
  seconds: number;
  /** Hearts from all viewers together; none by default. */
  heartsPerSecond?: number;
  /** A card from the first speaker every so often; none by default. */
  cardEveryMs?: number;
}

/** Everything was received at the viewers that are looked at closely, and times run from the writing to the reading. */
export interface Heard {
  sent: number;
  p50Ms: number;
  p99Ms: number;
  /** Those that got every message once and in the one order. */
  completeShare: number;
  cardP99Ms: number;
  heartsSent: number;
  /** The largest total that a viewer was told, and the sum of what it was told, at the viewer that was told least. */
  heartsTotal: number;
  heartsSum: number;
  /** `floating_hearts` and `viewer_count` at the viewer that got most of them. */
  heartFramesPerSecond: number;
  countFramesPerSecond: number;
}

interface Sampled {
  seqs: number[];
  latenciesMs: number[];
  cardsMs: number[];
  heartsTotal: number;
  heartsSum: number;
  heartFrames: number;
  countFrames: number;
}

const connectAtOnce = 50;
const settleMs = 1500;
const heartTurnMs = 20;
const longestDrainMs = 15_000;

const viewers: RawViewer[] = [];
let speakers: RawViewer[] = [];
let sampled: Sampled[] = [];
let audience: Audience;

async function joinAll(wanted: Audience): Promise<void> {
  audience = wanted;
  const { ports, streamId, viewersPerNode } = wanted;
  for (const port of ports) {
    for (let joined = 0; joined < viewersPerNode; joined += connectAtOnce) {
      const batch = Array.from({ length: Math.min(connectAtOnce, viewersPerNode - joined) });
      viewers.push(...(await Promise.all(batch.map(() => RawViewer.join(port, { streamId })))));
    }
  }
  speakers = await Promise.all(
    wanted.speakers.map((token, index) => {
      const auth = token === null ? {} : { auth: { token } };
      return RawViewer.join(ports[index % ports.length] ?? 0, { ...auth, streamId });
    }),
  );
  await delay(settleMs);
}

function lookAt(viewer: RawViewer): Sampled {
  const seen: Sampled = {
    seqs: [],
    latenciesMs: [],
    cardsMs: [],
    heartsTotal: 0,
    heartsSum: 0,
    heartFrames: 0,
    countFrames: 0,
  };
  viewer.read = (text) => {
    if (text.includes('["floating_hearts"')) {
      seen.heartFrames += 1;
      seen.heartsSum += Number(/"count":(\d+)/.exec(text)?.[1]);
      seen.heartsTotal = Number(/"total":(\d+)/.exec(text)?.[1]);
    } else if (text.includes('["viewer_count"')) {
      seen.countFrames += 1;
    } else {
      const tookMs = performance.now() - Number(/"text":"([\d.]+)/.exec(text)?.[1]);
      seen.seqs.push(Number(/"seq":(\d+)/.exec(text)?.[1]));
      (text.includes('["pin_product"') ? seen.cardsMs : seen.latenciesMs).push(tookMs);
    }
  };
  return seen;
}

async function talk(wanted: Talk): Promise<Heard> {
  const { streamId, sampleEvery } = audience;
  const { messagesPerSecond, seconds, heartsPerSecond = 0, cardEveryMs = 0 } = wanted;
  sampled = viewers.filter((_, index) => index % sampleEvery === 0).map(lookAt);
  const startedAt = performance.now();
  const stopHearts = sendHearts(heartsPerSecond);
  const text = () => `${performance.now()} is what the pair in blue costs today`;
  const say = (event: string, index: number, payload: object) =>
    speakers[index % speakers.length]?.send(`42/streams,${index}${JSON.stringify([event, payload])}`);
  const cards =
    cardEveryMs > 0 ? setInterval(() => say('pin_product', 0, { text: text() }), cardEveryMs) : null;
  const messages = messagesPerSecond * seconds;
  for (let index = 0; index < messages; index += 1) {
    const waitMs = startedAt + (index * 1000) / messagesPerSecond - performance.now();
    if (waitMs > 0) await delay(waitMs);
    say('send_message', index, { streamId, clientMsgId: randomUUID(), text: text() });
  }
  await delay(Math.max(0, startedAt + seconds * 1000 - performance.now()));
  if (cards) clearInterval(cards);
  const heartsSent = stopHearts();
  const tookSeconds = (performance.now() - startedAt) / 1000;
  const frames = (name: 'heartFrames' | 'countFrames') => Math.max(...sampled.map((each) => each[name]));
  const rates = { hearts: frames('heartFrames') / tookSeconds, counts: frames('countFrames') / tookSeconds };

  const deadline = performance.now() + longestDrainMs;
  const isComplete = (seen: Sampled) =>
    seen.latenciesMs.length >= messages && (seen.heartFrames === 0 || seen.heartsTotal >= heartsSent);
  while (!sampled.every(isComplete) && performance.now() < deadline) await delay(100);
  for (const viewer of viewers) viewer.read = undefined;

  const first = Math.min(...sampled.flatMap(({ seqs }) => seqs.slice(0, 1)));
  const isInOrder = ({ seqs, latenciesMs }: Sampled) =>
    latenciesMs.length === messages && seqs.every((seq, index) => seq === first + index);
  return {
    sent: messages,
    p50Ms: percentile(sampled, 'latenciesMs', 0.5),
    p99Ms: percentile(sampled, 'latenciesMs', 0.99),
    completeShare: sampled.filter(isInOrder).length / sampled.length,
    cardP99Ms: percentile(sampled, 'cardsMs', 0.99),
    heartsSent,
    heartsTotal: Math.min(...sampled.map(({ heartsTotal }) => heartsTotal)),
    heartsSum: Math.min(...sampled.map(({ heartsSum }) => heartsSum)),
    heartFramesPerSecond: rates.hearts,
    countFramesPerSecond: rates.counts,
  };
}

/** From all viewers in turn, one heart each; the answer stops it and says how many there were. */
function sendHearts(perSecond: number): () => number {
  if (perSecond === 0) return () => 0;
  let sent = 0;
  const startedAt = performance.now();
  const send = () => {
    // A machine that is too busy sends fewer instead of nothing else.
    const most = sent + Math.ceil((2 * perSecond * heartTurnMs) / 1000);
    const due = Math.min(most, Math.floor(((performance.now() - startedAt) * perSecond) / 1000));
    for (; sent < due; sent += 1) {
      const payload = { streamId: audience.streamId, count: 1 };
      viewers[sent % viewers.length]?.send(`42/streams,${sent}${JSON.stringify(['send_likes', payload])}`);
    }
  };
  const timer = setInterval(send, heartTurnMs);
  return () => {
    clearInterval(timer);
    return sent;
  };
}

function percentile(all: readonly Sampled[], name: 'latenciesMs' | 'cardsMs', share: number): number {
  const sorted = all.flatMap((each) => each[name]).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

process.on('message', async (command: Audience | Talk) => {
  if (command.do === 'talk') {
    process.send?.(await talk(command));
    return;
  }
  await joinAll(command);
  process.send?.({ joined: viewers.length });
});
process.on('disconnect', () => process.exit());
