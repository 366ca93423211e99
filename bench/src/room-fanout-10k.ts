import os from 'node:os';
import { type BenchResult, benchResult, median } from './result.ts';
import type { Heard, Talk } from './room-fanout/show.ts';
import { type Mode, RoomProcess, ShowProcess } from './room-fanout/show-process.ts';

const viewers = 10_000;
const messagesPerSecond = 20;
/** What Socket.IO alone can keep up with on one core in a room of this size. */
const easyMessagesPerSecond = 2;
/** Every fifth viewer taps once in ten seconds. */
const heartsPerSecond = 200;
const cardEveryMs = 10_000;
const seconds = 21;
const rounds = 2;
const targetTimes = 4;
const targetCardP99Ms = 400;

interface Measured extends Heard {
  usPerDelivery: number;
  coresBusy: number;
}

/**
 * How many viewers one core serves in a room of 10,000 with 20 messages a second, hearts and a card now and then.
 * Beside it Socket.IO's own broadcast at a rate that it can bear, for it cannot keep up with the full one; its cost of
 * a delivery is taken for the full rate. Every message must arrive, and a card within 400 ms.
 */
export default async function run(): Promise<BenchResult> {
  const ours: Measured[] = [];
  const plain: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measure('train', { messagesPerSecond, seconds, heartsPerSecond, cardEveryMs }));
    plain.push(await measure('default', { messagesPerSecond: easyMessagesPerSecond, seconds }));
    console.error(JSON.stringify({ round, ours: ours.at(-1), plain: plain.at(-1) }));
  }
  const of = (all: Measured[], name: keyof Measured) => median(all.map((each) => each[name]));
  const viewersPerCore = (all: Measured[]) => 1e6 / (of(all, 'usPerDelivery') * messagesPerSecond);
  const completeShare = Math.min(...ours.map((each) => each.completeShare));
  const cardP99Ms = of(ours, 'cardP99Ms');
  const result = benchResult({
    name: 'room-fanout-10k',
    metric: `viewers that one core serves, ${viewers} in the room, ${messagesPerSecond} messages/s`,
    value: viewersPerCore(ours),
    unit: 'viewers/core',
    peer: { name: 'socket.io 4.8.3, to(room).emit', value: viewersPerCore(plain) },
    target: targetTimes,
    direction: 'higher',
    details: {
      completeShare,
      cardP99Ms,
      p50Ms: of(ours, 'p50Ms'),
      p99Ms: of(ours, 'p99Ms'),
      usPerDelivery: of(ours, 'usPerDelivery'),
      plainUsPerDelivery: of(plain, 'usPerDelivery'),
      coresBusy: of(ours, 'coresBusy'),
      loadAverage: os.loadavg()[0],
    },
  });
  return { ...result, pass: result.pass && completeShare === 1 && cardP99Ms <= targetCardP99Ms };
}

async function measure(mode: Mode, talk: Omit<Talk, 'do'>): Promise<Measured> {
  using room = await RoomProcess.start(mode);
  using show = new ShowProcess();
  const speakers = Array.from({ length: 20 }, () => null);
  const who = { ports: [room.port], streamId: '', viewersPerNode: viewers, speakers, sampleEvery: 100 };
  await show.join(who);
  const before = await room.effort();
  const heard = await show.talk(talk);
  const cpuUs = (await room.effort()).cpuUs - before.cpuUs;
  const deliveries = heard.sent * viewers;
  return { ...heard, usPerDelivery: cpuUs / deliveries, coresBusy: cpuUs / 1e6 / talk.seconds };
}
