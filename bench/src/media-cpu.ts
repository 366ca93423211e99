import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isNginxInstalled, startNginx } from './glass-to-glass/nginx-peer.ts';
import { freePort } from './harness/free-port.ts';
import { stop } from './harness/stop.ts';
import { MediaProcess } from './media/media-process.ts';
import { cpuUsOfTree } from './media/process-effort.ts';
import { bitsPerSecond, startEncoders } from './media/publish.ts';
import { type BenchResult, benchResult, median } from './result.ts';

const streams = 20;
/** Until the window is full and the hot paths are compiled: a show lasts longer than that. */
const settleMs = 30_000;
const windowMs = 15_000;
const rounds = 3;
/** What a stream may cost where there is no peer to compare with, in % of a core. */
const limitPercent = 1;

/**
 * CPU of taking in and packaging a stream: 20 encoders send the same 2.65 Mb/s to our server and, in turn, to
 * nginx-rtmp, which makes fragments of 1 s of it. Nobody watches.
 */
export default async function run(): Promise<BenchResult> {
  const ours: number[] = [];
  const nginx: number[] = [];
  const hasPeer = isNginxInstalled() && process.platform === 'linux';
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measureOurs());
    if (hasPeer) nginx.push(await measureNginx());
    console.error(JSON.stringify({ round, ours: ours.at(-1), nginx: nginx.at(-1) }));
  }
  return benchResult({
    name: 'media-cpu',
    metric: `CPU of taking in and packaging one stream, ${bitsPerSecond / 1_000_000} Mb/s`,
    value: median(ours),
    unit: '% of a core',
    peer: hasPeer
      ? { name: 'nginx-rtmp, HLS with 1 s fragments', value: median(nginx) }
      : {
          name: `limit of ${limitPercent} % (nginx with the rtmp module is not installed here)`,
          value: limitPercent,
        },
    target: 1,
    direction: 'lower',
    details: { streams, windowMs, rounds: { ours, nginx }, loadAverage: os.loadavg()[0] },
  });
}

async function measureOurs(): Promise<number> {
  await using media = await MediaProcess.start();
  return await measure(media.rtmpPort, () => media.cpuUs());
}

async function measureNginx(): Promise<number> {
  await using resources = new AsyncDisposableStack();
  const dir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-media-cpu-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const ports = { rtmp: await freePort(), http: await freePort() };
  const nginx = await startNginx(path.join(dir, 'nginx'), ports);
  resources.defer(() => stop(nginx));
  return await measure(ports.rtmp, () => cpuUsOfTree(nginx.pid ?? 0));
}

/** Percent of a core for each stream. */
async function measure(rtmpPort: number, cpuUs: () => Promise<number>): Promise<number> {
  using encoders = await startEncoders(rtmpPort, streams);
  await delay(settleMs);
  const [before, startedMs] = [await cpuUs(), performance.now()];
  await delay(windowMs);
  const share = ((await cpuUs()) - before) / (1_000 * (performance.now() - startedMs));
  encoders.check();
  return Number(((100 * share) / streams).toFixed(4));
}
