import os from 'node:os';
import { type BenchResult, benchResult, median } from './result.ts';
import type { Heard } from './room-fanout/show.ts';
import { type Mode, RoomProcess, ShowProcess } from './room-fanout/show-process.ts';

const viewers = 5000;
const heartsPerSecond = 5 * viewers;
const seconds = 6;
const rounds = 3;
const targetTimes = 1.5;
const maxFramesPerSecond = 4;

interface Measured extends Heard {
  usPerHeart: number;
  /** What the server counted. */
  accepted: number;
}

/**
 * Everybody in a room of 5,000 taps five hearts a second: CPU for each heart that is counted, summed and told to
 * everybody, beside a server that takes and acknowledges the same taps and tells nobody. At most four frames a second
 * may reach a viewer, and what they were told must be exactly what was accepted.
 */
export default async function run(): Promise<BenchResult> {
  const ours: Measured[] = [];
  const receiving: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measure('train'));
    receiving.push(await measure('receive'));
    console.error(JSON.stringify({ round, ours: ours.at(-1), receiving: receiving.at(-1) }));
  }
  const cost = (all: Measured[]) => median(all.map(({ usPerHeart }) => usPerHeart));
  const isExact = ours.every(
    ({ accepted, heartsSent, heartsTotal, heartsSum }) =>
      accepted === heartsSent && heartsTotal === accepted && heartsSum === accepted,
  );
  const framesPerSecond = Math.max(...ours.map((each) => each.heartFramesPerSecond));
  const result = benchResult({
    name: 'like-flood',
    metric: `server CPU per heart, ${viewers} viewers with 5 hearts a second each`,
    value: cost(ours),
    unit: 'us CPU/heart',
    peer: { name: 'the same hearts received and acknowledged only', value: cost(receiving) },
    target: targetTimes,
    direction: 'lower',
    details: {
      framesPerSecond,
      isExact,
      accepted: ours.map(({ accepted }) => accepted),
      loadAverage: os.loadavg()[0],
    },
  });
  return { ...result, pass: result.pass && isExact && framesPerSecond <= maxFramesPerSecond };
}

async function measure(mode: Mode): Promise<Measured> {
  using room = await RoomProcess.start(mode);
  using show = new ShowProcess();
  const who = { ports: [room.port], streamId: '', viewersPerNode: viewers, speakers: [], sampleEvery: 50 };
  await show.join(who);
  const before = await room.effort();
  const heard = await show.talk({ messagesPerSecond: 0, seconds, heartsPerSecond });
  const after = await room.effort();
  const accepted = after.hearts - before.hearts;
  return { ...heard, accepted, usPerHeart: (after.cpuUs - before.cpuUs) / accepted };
}
