import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type Client, type RoomClient } from '@vybekart/client';
import type { StreamWithIngest } from '@vybekart/contract';
import { RtmpPublisher } from '@vybekart/media';
import type { Log } from '../platform/log.ts';
import type { ClipSection } from './demo-clip.ts';
import type { DemoChapter, DemoShop } from './demo-programme.ts';
import type { DemoStall } from './demo-stall.ts';

const restartAfterMs = 2000;

/** One seller's endless show: real video over RTMP, the product of each chapter pinned, and a few fans who chat. */
export class DemoShow {
  constructor(
    private readonly seller: Client,
    private readonly shop: DemoShop,
    private readonly stall: DemoStall,
    private readonly section: ClipSection,
    private readonly fans: readonly Client[],
    /** Where this process takes RTMP itself: the public address may lead elsewhere. */
    private readonly rtmp: { host: string; port: number },
    private readonly log: Log,
  ) {}

  /** Until `signal` ends it; a show that breaks off is started again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#once(signal).catch((error: unknown) => {
        if (!signal.aborted) this.log.warn({ err: error, shop: this.shop.handle }, 'the demo show broke off');
      });
      await delay(restartAfterMs, undefined, { signal }).catch(() => {});
    }
  }

  async #once(signal: AbortSignal): Promise<void> {
    await this.stall.fill();
    const stream = await this.#openStream();
    const ingest = new URL(stream.rtmpIngestUrl);
    const publisher = await RtmpPublisher.connect({
      ...this.rtmp,
      app: ingest.pathname.slice(1),
      streamKey: stream.streamKey,
    });
    if (signal.aborted) {
      publisher.close();
      return;
    }
    const over = new AbortController();
    const stop = () => over.abort();
    signal.addEventListener('abort', stop);
    const rooms = this.fans.map((fan) => fan.room(stream.id));
    try {
      const playing = publisher.publishFlv(this.section.tags, { loop: true });
      const hosting = this.#host(stream.id, rooms, over.signal);
      await Promise.race([playing, hosting, publisher.closed]);
    } finally {
      signal.removeEventListener('abort', stop);
      over.abort();
      for (const room of rooms) room.close();
      publisher.close();
    }
  }

  /** A new stream, or the one that an earlier run left on air with a new key. */
  async #openStream(): Promise<StreamWithIngest> {
    const { api } = this.seller;
    try {
      return await api.call('createStream', {
        body: {
          title: this.shop.showTitle,
          thumbnailId: await this.stall.cover(),
          productIds: this.stall.productIds,
        },
      });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'already_live')) throw error;
      return api.call('rotateStreamKey', { params: { id: String(error.problem?.streamId) } });
    }
  }

  /** Follows the clip: at each chapter its product is pinned and somebody says something about it. */
  async #host(streamId: string, rooms: readonly RoomClient[], signal: AbortSignal): Promise<void> {
    const startedAtMs = performance.now();
    const until = (atMs: number) =>
      delay(Math.max(0, startedAtMs + atMs - performance.now()), undefined, { signal });
    for (const room of rooms) room.start();
    for (let round = 0; !signal.aborted; round += 1) {
      const roundMs = round * this.section.lengthMs;
      for (const chapter of this.section.chapters) {
        await until(roundMs + chapter.startMs);
        await this.#pin(streamId, chapter).catch((error: unknown) => {
          this.log.warn({ err: error, shop: this.shop.handle }, 'the demo could not pin its product');
        });
        await this.#chat(rooms, chapter, round, (atMs) => until(roundMs + atMs));
      }
    }
  }

  async #pin(streamId: string, chapter: DemoChapter): Promise<void> {
    const productId = this.stall.productId(chapter.productKey);
    if (!productId) return;
    const { api } = this.seller;
    const params = { id: streamId };
    await this.stall.restock(productId);
    await api.call('pinProduct', { params, body: { productId } });
    for (const other of this.stall.productIds.filter((id) => id !== productId)) {
      await api.call('unpinProduct', { params, body: { productId: other } });
    }
  }

  async #chat(
    rooms: readonly RoomClient[],
    chapter: DemoChapter,
    round: number,
    until: (atMs: number) => Promise<void>,
  ): Promise<void> {
    const lines = chapter.chat.filter((_, index) => index % 2 === round % 2);
    const stepMs = (chapter.endMs - chapter.startMs) / (lines.length + 1);
    for (const [index, line] of lines.entries()) {
      await until(chapter.startMs + stepMs * (index + 1));
      const room = rooms[(index + round) % rooms.length];
      room?.like(1 + ((index + round) % 4));
      const outcome = await room?.sendMessage(line);
      if (outcome && !outcome.ok) this.log.debug({ shop: this.shop.handle }, 'a demo fan was not heard');
    }
  }
}
