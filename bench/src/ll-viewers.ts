import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { untilPlayable, watch } from './media/audience.ts';
import { MediaProcess } from './media/media-process.ts';
import { bitsPerSecond, startEncoders } from './media/publish.ts';
import { type BenchResult, benchResult, median } from './result.ts';

const streams = 4;
const viewers = 100;
const watchMs = 15_000;
const idleMs = 8_000;
const rounds = 3;
const promised = 700;

/**
 * How many low-latency viewers one core serves: 100 of them over 4 streams reload the playlist and fetch every part
 * of 200 ms, at full bit rate. Counted is what the server's CPU takes beyond the streams alone.
 */
export default async function run(): Promise<BenchResult> {
  await using media = await MediaProcess.start();
  using encoders = await startEncoders(media.rtmpPort, streams);
  const entries = Array.from(
    { length: streams },
    (_, index) => `${media.origin}/hls/bench${index}/index.m3u8`,
  );
  await untilPlayable(entries);
  const perCore: number[] = [];
  const seen: object[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const idle = await shareDuring(media, () => delay(idleMs));
    let watched = { parts: 0, failures: 0, partMs: [] as number[] };
    const busy = await shareDuring(media, async () => {
      watched = await watch({ entries, viewers, watchMs });
    });
    perCore.push(viewers / (busy - idle));
    const times = watched.partMs.sort((a, b) => a - b);
    const at = (share: number) => Number((times[Math.floor(times.length * share)] ?? Number.NaN).toFixed(1));
    seen.push({ idle, busy, parts: watched.parts, failures: watched.failures, p50: at(0.5), p99: at(0.99) });
    console.error(JSON.stringify({ round, ...seen.at(-1) }));
    // Fewer would be viewers who fell behind, and they cost less.
    if (watched.failures > 0 || watched.parts < 0.9 * viewers * (watchMs / 200 - 5))
      throw new Error(`the viewers did not get every part: ${watched.parts}, ${watched.failures} failures`);
  }
  encoders.check();
  return benchResult({
    name: 'll-viewers',
    metric: `low-latency viewers a core serves, ${bitsPerSecond / 1_000_000} Mb/s, parts of 200 ms`,
    value: Math.round(median(perCore)),
    unit: 'viewers/core',
    peer: { name: `promise of ${promised}`, value: promised },
    target: 1,
    direction: 'higher',
    details: { streams, viewers, watchMs, rounds: seen, loadAverage: os.loadavg()[0] },
  });
}

/** Cores that the server used meanwhile. */
async function shareDuring(media: MediaProcess, something: () => Promise<unknown>): Promise<number> {
  const [before, startedMs] = [await media.cpuUs(), performance.now()];
  await something();
  return Number((((await media.cpuUs()) - before) / (1_000 * (performance.now() - startedMs))).toFixed(4));
}
