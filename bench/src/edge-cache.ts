import os from 'node:os';
import { untilPlayable, watch } from './media/audience.ts';
import { CachingProxy } from './media/caching-proxy.ts';
import { MediaProcess } from './media/media-process.ts';
import { startNginxEdge } from './media/nginx-edge.ts';
import { startEncoders } from './media/publish.ts';
import { type BenchResult, benchResult } from './result.ts';

const viewers = 200;
const watchMs = 15_000;
const promised = 1;

/** What came through an edge, and what of it the origin had to send. */
interface Edge {
  parts: number;
  failures: number;
  partsAsked: number;
  /** Requests at the origin for each part that anybody asked for. */
  hitsPerPart: number;
  mostHitsOfOnePart: number;
  /** The same for playlists, each URL with its directives being one. */
  hitsPerPlaylist: number;
  partMsP50: number;
}

/**
 * What 200 low-latency viewers cost the origin when a cache that collapses requests stands in front: our smallest
 * possible one and, where it is installed, nginx with the configuration of docs/video-delivery.md.
 */
export default async function run(): Promise<BenchResult> {
  await using resources = new AsyncDisposableStack();
  const media = resources.use(await MediaProcess.start());
  const encoders = resources.use(await startEncoders(media.rtmpPort, 1));
  await untilPlayable([`${media.origin}/hls/bench0/index.m3u8`]);

  const proxy = resources.use(await CachingProxy.start(media.origin));
  const ours = await through(proxy.url, async () => proxy.originHits);
  const nginx = await startNginxEdge(media.origin, resources);
  const behindNginx = nginx && (await through(nginx.url, nginx.originHits));
  encoders.check();
  const edges = [ours, ...(behindNginx ? [behindNginx] : [])];
  const result = benchResult({
    name: 'edge-cache',
    metric: `requests at the origin for each part, ${viewers} viewers behind a cache`,
    value: Math.max(...edges.map((edge) => edge.hitsPerPart)),
    unit: 'requests/part',
    peer: { name: 'promise of one', value: promised },
    target: 1,
    direction: 'lower',
    details: {
      viewers,
      watchMs,
      smallest: ours,
      nginx: behindNginx ?? 'not installed here',
      loadAverage: os.loadavg()[0],
    },
  });
  const isOnce = edges.every((edge) => edge.mostHitsOfOnePart === 1 && edge.failures === 0);
  return { ...result, pass: result.pass && isOnce };
}

async function through(url: string, originHits: () => Promise<ReadonlyMap<string, number>>): Promise<Edge> {
  const seen = await watch({ entries: [`${url}/hls/bench0/index.m3u8`], viewers, watchMs });
  const asked = [...(await originHits())];
  const hitsOf = (pattern: RegExp) => asked.filter(([each]) => pattern.test(each)).map(([, hits]) => hits);
  const parts = hitsOf(/\/p\d+\.\d+\.m4s$/);
  const playlists = hitsOf(/_HLS_msn=/);
  const mean = (hits: number[]) =>
    Number((hits.reduce((sum, each) => sum + each, 0) / hits.length).toFixed(3));
  const times = seen.partMs.sort((a, b) => a - b);
  return {
    parts: seen.parts,
    failures: seen.failures,
    partsAsked: parts.length,
    hitsPerPart: mean(parts),
    mostHitsOfOnePart: Math.max(...parts),
    hitsPerPlaylist: mean(playlists),
    partMsP50: Number((times[times.length >> 1] ?? Number.NaN).toFixed(1)),
  };
}
