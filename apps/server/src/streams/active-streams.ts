import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ActiveStreams as ActiveStreamsPage, PageQuery, Stream } from '@vybekart/contract';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { decodeCursor, encodeCursor, uuidPattern } from './cursor.ts';
import type { LiveCounts } from './live-counts.ts';
import type { StreamViews } from './stream-view.ts';
import type { StreamRow, StreamsStore } from './streams.store.ts';

/** A page ready to be sent: `etag` is quoted, `gzip` is `json` compressed. */
interface RenderedPage {
  json: string;
  gzip: Buffer;
  etag: string;
}

const countsFreshMs = 1000;
const maxPages = 500;
const cursorShape = new RegExp(`^\\d{1,9} ${uuidPattern}$`);

/**
 * What is on air, most watched first, answered from memory: SQL runs only when a show starts or ends. Counts are at
 * most a second old, a show that goes live or ends on this node shows at once, one of another node within 3 s.
 */
export class ActiveStreams {
  #rows: StreamRow[] | undefined;
  #sorted: Stream[] = [];
  readonly #pages = new Map<string, RenderedPage>();
  #renderedAtMs = Number.NEGATIVE_INFINITY;
  #countsVersion = -1;
  #loading: Promise<void> | undefined;
  #isStale = false;

  constructor(
    private readonly database: Database,
    private readonly store: StreamsStore,
    private readonly views: StreamViews,
    private readonly counts: LiveCounts,
    private readonly clock: Clock,
  ) {}

  /** Reads again what is on air. Calls while it reads share one more reading. */
  refresh(): Promise<void> {
    this.#isStale = true;
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      while (this.#isStale) {
        this.#isStale = false;
        this.#rows = await this.store.onAir(this.database.db);
        this.#render();
      }
    } finally {
      // In the same turn as the last look: who asks from now on begins another reading.
      this.#loading = undefined;
    }
  }

  /** Throws `validation_failed` for a cursor that is not ours. */
  async page(query: PageQuery): Promise<RenderedPage> {
    if (!this.#rows) await this.refresh();
    const haveCountsMoved = this.counts.version !== this.#countsVersion;
    if (haveCountsMoved && this.clock.monotonicMs() - this.#renderedAtMs >= countsFreshMs) this.#render();
    const key = `${query.limit} ${query.cursor ?? ''}`;
    const page = this.#pages.get(key) ?? renderPage(this.#sorted, query);
    if (this.#pages.size < maxPages) this.#pages.set(key, page);
    return page;
  }

  #render(): void {
    this.#sorted = (this.#rows ?? []).map((row) => this.views.of(row)).sort(byAudience);
    this.#pages.clear();
    this.#countsVersion = this.counts.version;
    this.#renderedAtMs = this.clock.monotonicMs();
  }
}

function byAudience(one: Stream, other: Stream): number {
  return other.viewerCount - one.viewerCount || (one.id < other.id ? 1 : -1);
}

/** A page starts behind the cursor's place in the order, wherever its stream is by now. */
function renderPage(sorted: Stream[], { limit, cursor }: PageQuery): RenderedPage {
  let rest = sorted;
  if (cursor !== undefined) {
    const [viewers, id = ''] = decodeCursor(cursor, cursorShape);
    const viewerCount = Number(viewers);
    rest = sorted.filter(
      (stream) => stream.viewerCount < viewerCount || (stream.viewerCount === viewerCount && stream.id < id),
    );
  }
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rest.length > items.length;
  const page: ActiveStreamsPage = {
    items,
    nextCursor: last && hasMore ? encodeCursor(last.viewerCount, last.id) : null,
  };
  const json = JSON.stringify(page);
  const hash = createHash('sha1').update(json).digest('base64url');
  return { json, gzip: gzipSync(json), etag: `"${hash}"` };
}
