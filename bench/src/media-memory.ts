import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { MediaProcess } from './media/media-process.ts';
import { bitsPerSecond, startEncoders } from './media/publish.ts';
import { type BenchResult, benchResult } from './result.ts';

const streams = 20;
const settleMs = 40_000;
const limitMb = 10;

/** Memory that a stream on air holds, once its window is full: the whole process, less what it holds idle. */
export default async function run(): Promise<BenchResult> {
  await using media = await MediaProcess.start();
  const idle = await media.rssBytes();
  using encoders = await startEncoders(media.rtmpPort, streams);
  await delay(settleMs);
  const busy = await media.rssBytes();
  encoders.check();
  const megabytes = (busy - idle) / 2 ** 20 / streams;
  return benchResult({
    name: 'media-memory',
    metric: `resident memory per stream on air, ${bitsPerSecond / 1_000_000} Mb/s`,
    value: Number(megabytes.toFixed(3)),
    unit: 'MB',
    peer: { name: `limit of ${limitMb} MB`, value: limitMb },
    target: 1,
    direction: 'lower',
    details: {
      streams,
      idleMb: Math.round(idle / 2 ** 20),
      busyMb: Math.round(busy / 2 ** 20),
      loadAverage: os.loadavg()[0],
    },
  });
}
