import os from 'node:os';
import { type BenchResult, benchResult, median } from './result.ts';
import type { Heard } from './room-fanout/show.ts';
import { type Mode, RoomProcess, ShowProcess } from './room-fanout/show-process.ts';

const viewers = 50;
const messagesPerSecond = 1;
const seconds = 15;
const rounds = 3;
const targetTimes = 1.2;

/**
 * How long a message takes to everybody in a small room where somebody says something now and then: what couples
 * messages for crowds must not hold back the first one. Our channel beside `to(room).emit` of the same Socket.IO, in
 * interleaved rounds.
 */
export default async function run(): Promise<BenchResult> {
  const train: Heard[] = [];
  const plain: Heard[] = [];
  for (let round = 0; round < rounds; round += 1) {
    train.push(await measure('train'));
    plain.push(await measure('default'));
    console.error(JSON.stringify({ round, train: train.at(-1), plain: plain.at(-1) }));
  }
  const of = (all: Heard[], name: 'p50Ms' | 'p99Ms') => median(all.map((each) => each[name]));
  return benchResult({
    name: 'quiet-room',
    metric: `p50 from writing a message to reading it, ${viewers} viewers, one message a second`,
    value: of(train, 'p50Ms'),
    unit: 'ms',
    peer: { name: 'socket.io 4.8.3, to(room).emit', value: of(plain, 'p50Ms') },
    target: targetTimes,
    direction: 'lower',
    details: {
      p99Ms: of(train, 'p99Ms'),
      plainP99Ms: of(plain, 'p99Ms'),
      completeShare: Math.min(...train.map(({ completeShare }) => completeShare)),
      loadAverage: os.loadavg()[0],
    },
  });
}

async function measure(mode: Mode): Promise<Heard> {
  using room = await RoomProcess.start(mode);
  using show = new ShowProcess();
  const speakers = Array.from({ length: 5 }, () => null);
  const who = { ports: [room.port], streamId: '', viewersPerNode: viewers, speakers, sampleEvery: 1 };
  await show.join(who);
  return await show.talk({ messagesPerSecond, seconds });
}
