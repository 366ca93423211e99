import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../../apps/server/test/support/chromium.ts';
import { frame, paintClock } from './glass-to-glass/clock-frames.ts';
import { isNginxInstalled, startNginx } from './glass-to-glass/nginx-peer.ts';
import { SETTLE_MS, servePages, untilPlayable, WATCH_MS, watch } from './glass-to-glass/watching.ts';
import { freePort } from './harness/free-port.ts';
import { stop } from './harness/stop.ts';
import { type BenchResult, benchResult } from './result.ts';

const P50_LIMIT_MS = 1000;
const P95_LIMIT_MS = 1500;
const MAX_LIMIT_MS = 5000;

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Age of a frame when it is shown: painted with the clock, encoded by x264, sent by RTMP, packaged, fetched and
 * decoded by Chromium on this machine. One encoder feeds our server and nginx-rtmp at once; one page after the other
 * watches, so that players do not compete.
 */
export default async function run(): Promise<BenchResult> {
  if (spawnSync('ffmpeg', ['-version']).status !== 0)
    throw new Error('needs ffmpeg with libx264 as the encoder');
  await using resources = new AsyncDisposableStack();
  const dir = await mkdtemp(path.join(os.tmpdir(), 'vybekart-glass-'));
  resources.defer(() => rm(dir, { recursive: true, force: true }));
  const page = `${await servePages(dir, ['page'], resources)}/page`;
  const ours = await startOurs(resources);
  const peer = isNginxInstalled() ? await startPeer(dir, resources) : null;
  startEncoder([ours.rtmpUrl, ...(peer ? [peer.rtmpUrl] : [])], resources);
  await untilPlayable(ours.hlsUrl);
  const browser = await launchChromium();
  resources.defer(() => browser.close());

  const lowLatency = await watch(browser, page, ours.hlsUrl, 'ours');
  const plain = await watch(browser, page, ours.hlsUrl, 'plain');
  const nginx = peer ? await watch(browser, page, peer.hlsUrl, 'plain') : null;
  const limit = nginx
    ? { name: 'nginx-rtmp, 1 s fragments, hls.js defaults, p50', value: nginx.p50 }
    : { name: 'limit of 1,000 ms (nginx with the rtmp module is not installed here)', value: P50_LIMIT_MS };
  const result = benchResult({
    name: 'glass-to-glass',
    metric: 'age of a shown frame, p50',
    value: lowLatency.p50,
    unit: 'ms',
    peer: limit,
    target: nginx ? 0.35 : 1,
    direction: 'lower',
    details: { ours: lowLatency, oursWithoutLowLatency: plain, nginx, watchedMs: WATCH_MS - SETTLE_MS },
  });
  const keepsPromises =
    lowLatency.p50 <= P50_LIMIT_MS &&
    lowLatency.p95 <= P95_LIMIT_MS &&
    [lowLatency, plain].every(({ max, stalls }) => max < MAX_LIMIT_MS && stalls === 0);
  return { ...result, pass: result.pass && keepsPromises };
}

async function startOurs(resources: AsyncDisposableStack) {
  const child = fork(here('glass-to-glass/media-host.ts'), { stdio: ['ignore', 2, 2, 'ipc'] });
  resources.defer(() => stop(child));
  const [{ rtmpPort, httpPort }] = (await once(child, 'message')) as [{ rtmpPort: number; httpPort: number }];
  return {
    rtmpUrl: `rtmp://127.0.0.1:${rtmpPort}/live/bench`,
    hlsUrl: `http://127.0.0.1:${httpPort}/hls/bench/index.m3u8`,
  };
}

async function startPeer(dir: string, resources: AsyncDisposableStack) {
  const ports = { rtmp: await freePort(), http: await freePort() };
  const child = await startNginx(path.join(dir, 'nginx'), ports);
  resources.defer(() => stop(child));
  return {
    rtmpUrl: `rtmp://127.0.0.1:${ports.rtmp}/live/bench`,
    hlsUrl: `http://127.0.0.1:${ports.http}/bench.m3u8`,
  };
}

function startEncoder(rtmpUrls: readonly string[], resources: AsyncDisposableStack): void {
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'gray',
    '-s',
    `${frame.width}x${frame.height}`,
    '-r',
    `${frame.fps}`,
  ];
  const video = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-g',
    '30',
    '-pix_fmt',
    'yuv420p',
  ];
  const outputs = rtmpUrls.map((url) => `[f=flv:onfail=ignore]${url}`).join('|');
  const encoder = spawn(
    'ffmpeg',
    [
      ...['-loglevel', 'error', '-use_wallclock_as_timestamps', '1', ...input, '-i', 'pipe:0'],
      ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'],
      ...['-map', '0:v', '-map', '1:a', ...video, '-c:a', 'aac', '-b:a', '64k', '-flags', '+global_header'],
      ...['-f', 'tee', outputs],
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  encoder.stdin.on('error', () => {});
  const stopping = new AbortController();
  const painting = paintClock(encoder.stdin, stopping.signal);
  resources.defer(async () => {
    stopping.abort();
    await painting;
    await stop(encoder);
  });
}
