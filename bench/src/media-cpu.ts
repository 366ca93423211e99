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
/** Once, until the hot paths of our server are compiled: a server runs longer than that. */
const warmUpMs = 30_000;
/** In each round, until windows are full and what is dropped is collected. */
const settleMs = 15_000;
const windowMs = 15_000;
const rounds = 5;
/** What a stream may cost where there is no peer to compare with, in % of a core. */
const limitPercent = 1;

interface Packager {
  rtmpPort: number;
  /** Of all its processes and threads, so far. */
  cpuUs(): Promise<number>;
}

/**
 * CPU of taking in and packaging a stream: 20 encoders send the same 2.65 Mb/s to our server and, in turn, to
 * nginx-rtmp, which makes fragments of 1 s of it; ours makes parts of 200 ms and segments. Both stay up all the time,
 * as servers do. Nobody watches.
 */
export default async function run(): Promise<BenchResult> {
  await using resources = new AsyncDisposableStack();
  const media = resources.use(await MediaProcess.start());
  const peer = isNginxInstalled() && process.platform === 'linux' ? await startPeer(resources) : null;
  await measure(media, warmUpMs);
  const ours: number[] = [];
  const nginx: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measure(media, settleMs));
    if (peer) nginx.push(await measure(peer, settleMs));
    console.error(JSON.stringify({ round, ours: ours.at(-1), nginx: nginx.at(-1) }));
  }
  return benchResult({
    name: 'media-cpu',
    metric: `CPU of taking in and packaging one stream, ${bitsPerSecond / 1_000_000} Mb/s`,
    value: median(ours),
    unit: '% of a core',
    peer: peer
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

async function startPeer(resources: AsyncDisposableStack): Promise<Packager> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-media-cpu-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const ports = { rtmp: await freePort(), http: await freePort() };
  const nginx = await startNginx(path.join(dir, 'nginx'), ports);
  resources.defer(() => stop(nginx));
  return { rtmpPort: ports.rtmp, cpuUs: () => cpuUsOfTree(nginx.pid ?? 0) };
}

/** Percent of a core for each stream. */
async function measure(server: Packager, settledAfterMs: number): Promise<number> {
  using encoders = await startEncoders(server.rtmpPort, streams);
  await delay(settledAfterMs);
  const [before, startedMs] = [await server.cpuUs(), performance.now()];
  await delay(windowMs);
  const share = ((await server.cpuUs()) - before) / (1_000 * (performance.now() - startedMs));
  encoders.check();
  return Number(((100 * share) / streams).toFixed(4));
}
