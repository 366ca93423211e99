import { CallQuota } from '../clouds/call-quota.ts';
import type { Asset, LiveStream, MuxCloud } from './mux-cloud.ts';

/** An answer of the API that is none: `{ error: { type, messages } }`. */
export class MuxError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

interface Request {
  id: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}
type Call = (cloud: MuxCloud, request: Request) => unknown;

const notFound = () => new MuxError(404, 'not_found', 'The requested resource either does not exist.');

function streamOf(cloud: MuxCloud, { id }: Request): LiveStream {
  const stream = cloud.liveStreams.get(id);
  if (!stream) throw notFound();
  return stream;
}

function assetOf(cloud: MuxCloud, { id }: Request): Asset {
  const asset = cloud.assets.get(id);
  if (!asset) throw notFound();
  return asset;
}

function pageOf<T>(all: readonly T[], { query }: Request): T[] {
  const limit = Math.min(100, Number(query.get('limit') ?? 25));
  const from = (Number(query.get('page') ?? 1) - 1) * limit;
  return all.slice(from, from + limit);
}

const live = '/video/v1/live-streams';
/** The calls (docs.mux.com/api-reference/video) that a platform makes; `*` stands for an id. */
const calls: Readonly<Record<string, Call>> = {
  [`POST ${live}`]: (cloud, { body }) => cloud.create(body),
  [`GET ${live}`]: (cloud, request) => {
    const status = request.query.get('status');
    const all = [...cloud.liveStreams.values()].filter((each) => status === null || each.status === status);
    return pageOf(all, request);
  },
  [`GET ${live}/*`]: streamOf,
  [`DELETE ${live}/*`]: (cloud, request) => cloud.remove(streamOf(cloud, request)),
  [`POST ${live}/*/reset-stream-key`]: (cloud, request) => {
    const stream = streamOf(cloud, request);
    cloud.resetKey(stream);
    return stream;
  },
  [`PUT ${live}/*/disable`]: (cloud, request) => cloud.disable(streamOf(cloud, request)),
  [`PUT ${live}/*/enable`]: (cloud, request) => cloud.enable(streamOf(cloud, request)),
  [`PUT ${live}/*/complete`]: (cloud, request) => cloud.complete(streamOf(cloud, request)),
  'GET /video/v1/assets': (cloud, request) => {
    const of = request.query.get('live_stream_id');
    const all = [...cloud.assets.values()].filter((each) => of === null || each.live_stream_id === of);
    return pageOf(all.toReversed(), request);
  },
  'GET /video/v1/assets/*': assetOf,
  'DELETE /video/v1/assets/*': (cloud, request) => {
    cloud.assets.delete(assetOf(cloud, request).id);
  },
};

/** Mux allows 1 POST a second sustained and 5 of the others for each account; bursts of some seconds pass. */
export class MuxCalls {
  /** Every call that was let through, for assertions. */
  readonly log: string[] = [];
  readonly #cloud: MuxCloud;
  readonly #quota = new CallQuota(10);

  constructor(cloud: MuxCloud) {
    this.#cloud = cloud;
  }

  /** Undefined is an answer without content. Throws {@link MuxError}. */
  call(method: string, path: string, query: URLSearchParams, body: Record<string, unknown>): unknown {
    const [, , resource = '', id = '', action] = path.slice(1).split('/');
    const shape = [`/video/v1/${resource}`, id === '' ? [] : '*', action ?? []].flat().join('/');
    const name = `${method} ${shape}`;
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (!call) throw notFound();
    if (!this.#quota.take(method)) throw new MuxError(429, 'rate_limited', 'Too many requests.');
    this.log.push(name);
    return call(this.#cloud, { id, query, body });
  }
}
