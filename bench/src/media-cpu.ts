import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isNginxInstalled, startNginx } from './glass-to-glass/nginx-peer.ts';
import { freePort } from './harness/free-port.ts';
import { cpuUsOfTree } from './harness/process-effort.ts';
import { stop } from './harness/stop.ts';
import { MediaProcess } from './media/media-process.ts';
import { bitsPerSecond, type Encoders, startEncoders } from './media/publish.ts';
import { type BenchResult, benchResult, median } from './result.ts';

const streams = 20;
/** Until hot paths are compiled, windows full, and what is dropped is collected: a server runs longer than that. */
const warmUpMs = 45_000;
const windowMs = 15_000;
const rounds = 9;
/** What a stream may cost where there is no peer to compare with, in % of a core. */
const limitPercent = 1;

interface Packager {
  rtmpPort: number;
  /** Of all its processes and threads, so far. */
  cpuUs(): Promise<number>;
}

/**
 * CPU of taking in and packaging a stream: 20 encoders send the same 2.65 Mb/s to our server and, in the same windows,
 * 20 others to nginx-rtmp, which makes fragments of 1 s of it; ours makes parts of 200 ms and segments. What else the
 * machine does meets both alike: one after the other, the windows of either differed by more than the two servers do.
 * Both stay up all the time, as servers do. Nobody watches.
 */
export default async function run(): Promise<BenchResult> {
  await using resources = new AsyncDisposableStack();
  const media = resources.use(await MediaProcess.start());
  const peer = isNginxInstalled() && process.platform === 'linux' ? await startPeer(resources) : null;
  using encoders = new DisposableStack();
  const published: Published[] = [];
  for (const server of peer ? [media, peer] : [media]) {
    published.push({ server, encoders: encoders.use(await startEncoders(server.rtmpPort, streams)) });
  }
  await delay(warmUpMs);
  const windows: number[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    windows.push(await measure(published));
    console.error(JSON.stringify({ round, percentOfACore: windows.at(-1) }));
  }
  const ours = windows.map(([share = 0]) => share);
  const nginx = peer ? windows.map(([, share = 0]) => share) : [];
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

interface Published {
  server: Packager;
  encoders: Encoders;
}

/** Percent of a core for each stream, of each server in the same window. */
async function measure(published: readonly Published[]): Promise<number[]> {
  const cpuUs = () => Promise.all(published.map(({ server }) => server.cpuUs()));
  const [before, startedMs] = [await cpuUs(), performance.now()];
  await delay(windowMs);
  const after = await cpuUs();
  const elapsedMs = performance.now() - startedMs;
  for (const { encoders } of published) encoders.check();
  return after.map((us, index) => {
    const share = (us - (before[index] ?? 0)) / (1_000 * elapsedMs);
    return Number(((100 * share) / streams).toFixed(4));
  });
}
