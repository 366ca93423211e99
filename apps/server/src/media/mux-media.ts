import { createHash } from 'node:crypto';
import type { Mux } from '@mux/mux-node';
import type { Asset as MuxAsset } from '@mux/mux-node/resources/video/assets';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { CallPace } from './call-pace.ts';
import type { Channel, ChannelBook } from './channel-book.ts';
import { type ChannelResource, CloudMedia, isRecordedBetween, longest } from './cloud-media.ts';
import type { LiveSession, Sessions } from './live-sessions.ts';
import type { MediaState, Playback, ProvisionedShow, RecordedShow } from './media-provider.ts';
import { type MuxEvent, readMuxEvent } from './mux-events.ts';
import type { PlaybackTokens } from './playback-tokens.ts';

export interface MuxMediaOptions {
  tokenId: string;
  tokenSecret: string;
  /** Null: no webhooks are taken. */
  webhookSecret: string | null;
  /** Another host of the API, for tests. */
  apiBase: string | null;
  /** Where viewers load video from: Mux itself, or one's own domain before it. */
  playbackUrl: string;
  isRecorded: boolean;
  /** Null: playback ids are public. */
  tokens: PlaybackTokens | null;
  book: ChannelBook;
  clock: Clock;
  log: Log;
  maxAgeMs?: number;
}

const ingestUrl = 'rtmps://global-live.mux.com:443/app';
/** As long as a show waits for its encoder; Mux itself would end a low-latency one at once. */
const reconnectWindowS = 20;
/** After its window a stream that is still listed as active is on air, whatever was told before. */
const lossCountsForMs = (reconnectWindowS + 10) * 1000;
/** One POST a second and five other calls for an account (docs.mux.com/core/make-api-requests, rate limits). */
const writePace = { perSecond: 1, burst: 5, maxWaitMs: 8000 };
const readPace = { perSecond: 4, burst: 4, maxWaitMs: 8000 };
const maxHeard = 10_000;
const signatureAgeS = 300;

/**
 * Mux Video: a live stream for each seller, low latency, played by any LL-HLS player. Disabling a live stream cuts its
 * encoder at once and ends the playlist; the key is reset besides. What is on air is one list of active live streams;
 * that an encoder is lost only a webhook tells, because Mux keeps a stream active while it waits.
 */
export class MuxMedia extends CloudMedia {
  readonly name = 'mux';
  readonly recordsLate: boolean;
  /** Needs a key that signs, and signs all addresses then. */
  readonly canBePrivate: boolean;
  readonly #mux: Mux;
  readonly #writePace: CallPace;
  readonly #readPace: CallPace;
  readonly #encoders = new Map<string, { atMs: number; isConnected: boolean }>();

  private constructor(
    mux: Mux,
    private readonly options: MuxMediaOptions,
  ) {
    super(options);
    this.#mux = mux;
    this.canBePrivate = options.tokens !== null;
    this.recordsLate = options.isRecorded;
    this.#writePace = new CallPace(options.clock, writePace);
    this.#readPace = new CallPace(options.clock, readPace);
  }

  /** Loads the SDK, which nobody needs who does not use Mux. */
  static async open(options: MuxMediaOptions): Promise<MuxMedia> {
    const { tokenId, tokenSecret, webhookSecret, apiBase } = options;
    const { default: Sdk } = await import('@mux/mux-node');
    const mux = new Sdk({
      tokenId,
      tokenSecret,
      webhookSecret,
      ...(apiBase === null ? {} : { baseURL: apiBase }),
    });
    return new MuxMedia(mux, options);
  }

  /** False unless `signature` signs these bytes, at most 300 s ago and at most 300 s ahead. */
  async receive(rawBody: string, signature: string): Promise<boolean> {
    try {
      await this.#mux.webhooks.verifySignature(rawBody, new Headers({ 'mux-signature': signature }));
    } catch {
      return false;
    }
    const signedAtS = Number(/(?:^|,)t=(\d+)/.exec(signature)?.[1]);
    if (!(signedAtS - this.options.clock.now().getTime() / 1000 <= signatureAgeS)) return false;
    const event = readMuxEvent(rawBody);
    if (event) this.#take(event);
    return true;
  }

  override async status(resource: ChannelResource): Promise<MediaState> {
    const state = await super.status(resource);
    const encoder = this.#encoders.get(resource.id);
    if (state !== 'live' || !encoder || encoder.isConnected) return state;
    const isOfOlderShow = encoder.atMs < Date.parse(resource.claimedAt ?? '');
    const ageMs = this.options.clock.now().getTime() - encoder.atMs;
    return isOfOlderShow || ageMs > lossCountsForMs ? state : 'interrupted';
  }

  playback({ playbackId }: ChannelResource): Playback {
    if (typeof playbackId !== 'string') return { url: '', player: 'hls' };
    return { url: this.#address(playbackId), player: 'hls' };
  }

  thumbnail({ id, playbackId }: ChannelResource): string | null {
    if (typeof playbackId !== 'string' || !this.sessions.lastKnown(id)) return null;
    const picture = `https://image.mux.com/${playbackId}/thumbnail.jpg`;
    const token = this.options.tokens?.of({ sub: playbackId, aud: 't', latest: 'true' });
    return token === undefined ? `${picture}?latest=true` : `${picture}?token=${token}`;
  }

  /** Pictures carry their date (EXT-X-PROGRAM-DATE-TIME). */
  async putMetadata(): Promise<void> {}

  protected async createChannel(show: ProvisionedShow): Promise<Channel> {
    const policies: ('signed' | 'public')[] = [this.options.tokens ? 'signed' : 'public'];
    await this.#writePace.turn('POST');
    const stream = await this.#mux.video.liveStreams.create({
      latency_mode: 'low',
      reconnect_window: reconnectWindowS,
      playback_policies: policies,
      new_asset_settings: { playback_policies: policies },
      passthrough: show.shopId,
    });
    const playbackId = stream.playback_ids?.[0]?.id;
    if (!playbackId) throw new Error('Mux made no playback id');
    return { id: stream.id, playbackId };
  }

  protected async removeChannel({ id }: Channel): Promise<void> {
    await this.#readPace.turn('DELETE');
    await this.#mux.video.liveStreams.delete(id);
  }

  protected async claim({ id }: ChannelResource) {
    const { status, active_asset_id: foreign } = await this.#retrieve(id);
    if (status !== 'disabled') await this.#disable(id);
    const streamKey = await this.#resetKey(id);
    await this.#readPace.turn('PUT');
    await this.#mux.video.liveStreams.enable(id);
    return { ingest: { url: ingestUrl, streamKey }, claimed: { key: fingerprint(streamKey), foreign } };
  }

  protected async release({ id }: ChannelResource): Promise<void> {
    await this.#disable(id);
    await this.#resetKey(id);
  }

  protected async onAir(): Promise<Sessions> {
    const sessions = new Map<string, LiveSession>();
    await this.#readPace.turn('GET');
    let page = await this.#mux.video.liveStreams.list({ status: 'active', limit: 100 });
    for (;;) {
      for (const { id, active_asset_id: session } of page.data) {
        if (session) sessions.set(id, { id: session, isStarving: false });
      }
      if (page.data.length < 100) return sessions;
      await this.#readPace.turn('GET');
      page = await page.getNextPage();
    }
  }

  protected async findRecording(
    { id }: ChannelResource,
    times: { from: Date; to: Date },
  ): Promise<RecordedShow | null> {
    const shows = (await this.#assetsOf(id, times)).flatMap((asset) => {
      const playbackId = asset.playback_ids?.[0]?.id;
      if (asset.status !== 'ready' || asset.is_live || !playbackId) return [];
      return [{ url: this.#address(playbackId), bytes: 0, ...whenRecorded(asset) }];
    });
    return longest(shows);
  }

  protected async removeRecordings({ id }: ChannelResource, times: { from: Date; to: Date }): Promise<void> {
    for (const asset of await this.#assetsOf(id, times)) {
      await this.#readPace.turn('DELETE');
      await this.#mux.video.assets.delete(asset.id);
    }
  }

  #take({ type, liveStreamId, at, isConnected }: MuxEvent): void {
    const known = this.#encoders.get(liveStreamId);
    if (isConnected !== null && (!known || known.atMs <= at.getTime())) {
      if (this.#encoders.size > maxHeard) this.#encoders.clear();
      this.#encoders.set(liveStreamId, { atMs: at.getTime(), isConnected });
    }
    this.hear({ type, id: liveStreamId, at });
  }

  async #retrieve(id: string) {
    await this.#readPace.turn('GET');
    try {
      return await this.#mux.video.liveStreams.retrieve(id);
    } catch (error) {
      if ((error as { status?: number }).status === 404) await this.options.book.forget(id);
      throw error;
    }
  }

  async #disable(id: string): Promise<void> {
    await this.#readPace.turn('PUT');
    await this.#mux.video.liveStreams.disable(id);
  }

  async #resetKey(id: string): Promise<string> {
    await this.#writePace.turn('POST');
    return (await this.#mux.video.liveStreams.resetStreamKey(id)).stream_key;
  }

  /** What was recorded of a live stream between two moments, the newest first. */
  async #assetsOf(liveStreamId: string, times: { from: Date; to: Date }): Promise<MuxAsset[]> {
    await this.#readPace.turn('GET');
    const page = await this.#mux.video.assets.list({ live_stream_id: liveStreamId, limit: 100 });
    return page.data.filter((asset) => isRecordedBetween(whenRecorded(asset), times));
  }

  #address(playbackId: string): string {
    const url = `${this.options.playbackUrl}/${playbackId}.m3u8`;
    const token = this.options.tokens?.of({ sub: playbackId, aud: 'v' });
    return token === undefined ? url : `${url}?token=${token}`;
  }
}

/** Without the stretches in which nobody sent, which Mux fills with a picture. */
function whenRecorded({ recording_times = [], created_at, duration = 0 }: MuxAsset) {
  const stretches = recording_times.flatMap(({ started_at, duration: seconds, type }) =>
    started_at && seconds && type !== 'slate'
      ? [{ startedAt: new Date(started_at), durationMs: Math.round(seconds * 1000) }]
      : [],
  );
  const startedAt = stretches[0]?.startedAt ?? new Date(Number(created_at) * 1000);
  const durationMs = Math.round(duration * 1000);
  return { startedAt, durationMs, stretches: stretches.length > 0 ? stretches : [{ startedAt, durationMs }] };
}

function fingerprint(streamKey: string): string {
  return createHash('sha256').update(streamKey).digest('base64url').slice(0, 16);
}
