import { randomText, systemRandom } from '../random.ts';

export interface LiveStream {
  id: string;
  created_at: string;
  stream_key: string;
  status: 'active' | 'idle' | 'disabled';
  playback_ids: { id: string; policy: string }[];
  reconnect_window: number;
  max_continuous_duration: number;
  latency_mode: string;
  passthrough?: string;
  active_asset_id?: string;
  recent_asset_ids: string[];
  new_asset_settings: { playback_policies?: string[] };
}

export interface Asset {
  id: string;
  created_at: string;
  status: 'preparing' | 'ready';
  is_live: boolean;
  live_stream_id: string;
  duration: number;
  playback_ids: { id: string; policy: string }[];
  recording_times: { started_at: string; duration: number; type: 'content' }[];
}

interface Encoder {
  id: string;
  streamKey: string;
  liveStreamId: string;
  startedAtMs: number;
}

const id = (length: number) => randomText(systemRandom, length);
const unixNow = () => String(Math.floor(Date.now() / 1000));

/** Live streams, the assets that they record, encoders, and the events that they cause. */
export class MuxCloud {
  readonly liveStreams = new Map<string, LiveStream>();
  readonly assets = new Map<string, Asset>();
  readonly #encoders = new Map<string, Encoder>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #liveAfterMs: number;
  readonly #tell: (event: object) => void;

  /** `liveAfterMs`: how long video is processed before viewers get it. */
  constructor(liveAfterMs: number, tell: (event: object) => void) {
    this.#liveAfterMs = liveAfterMs;
    this.#tell = tell;
  }

  create(wanted: Record<string, unknown>): LiveStream {
    const policies = (wanted.playback_policies ?? ['public']) as string[];
    const stream: LiveStream = {
      id: id(40),
      created_at: unixNow(),
      stream_key: crypto.randomUUID(),
      status: 'idle',
      playback_ids: policies.map((policy) => ({ id: id(42), policy })),
      reconnect_window: Number(wanted.reconnect_window ?? (wanted.latency_mode === 'standard' ? 60 : 0)),
      max_continuous_duration: Number(wanted.max_continuous_duration ?? 43_200),
      latency_mode: String(wanted.latency_mode ?? 'standard'),
      ...(typeof wanted.passthrough === 'string' ? { passthrough: wanted.passthrough } : {}),
      recent_asset_ids: [],
      new_asset_settings: (wanted.new_asset_settings ?? {}) as LiveStream['new_asset_settings'],
    };
    this.liveStreams.set(stream.id, stream);
    this.#event('video.live_stream.created', stream);
    return stream;
  }

  resetKey(stream: LiveStream): void {
    stream.stream_key = crypto.randomUUID();
    this.#event('video.live_stream.updated', stream);
  }

  /** Cuts the encoder at once and refuses every other one. */
  disable(stream: LiveStream): void {
    this.#cut(stream);
    stream.status = 'disabled';
    this.#event('video.live_stream.disabled', stream);
  }

  enable(stream: LiveStream): void {
    if (stream.status === 'disabled') stream.status = 'idle';
    this.#event('video.live_stream.enabled', stream);
  }

  /** Ends what is recorded; the encoder stays connected. */
  complete(stream: LiveStream): void {
    this.#finish(stream);
  }

  remove(stream: LiveStream): void {
    this.#cut(stream);
    this.liveStreams.delete(stream.id);
    this.#event('video.live_stream.deleted', stream);
  }

  /** An encoder dials in. Throws when its key is not valid, or the stream disabled or taken. */
  connect(streamKey: string): string {
    const stream = [...this.liveStreams.values()].find((each) => each.stream_key === streamKey);
    if (!stream) throw new Error('this stream key is not valid');
    if (stream.status === 'disabled') throw new Error('this live stream is disabled');
    if (this.#encoderOf(stream.id)) throw new Error('somebody is streaming already');
    const encoder = { id: id(8), streamKey, liveStreamId: stream.id, startedAtMs: Date.now() };
    this.#encoders.set(encoder.id, encoder);
    this.#event('video.live_stream.connected', stream);
    const asset = this.#assetOf(stream) ?? this.#record(stream);
    asset.recording_times.push({ started_at: new Date().toISOString(), duration: 0, type: 'content' });
    this.#event('video.live_stream.recording', stream);
    this.#after(this.#liveAfterMs, () => {
      if (!this.#encoders.has(encoder.id)) return;
      stream.status = 'active';
      this.#event('video.live_stream.active', stream);
    });
    return encoder.id;
  }

  /** It is gone, with or without a goodbye: its stream waits for it as long as its reconnect window is. */
  disconnect(encoderId: string): void {
    const encoder = this.#encoders.get(encoderId);
    const stream = encoder && this.liveStreams.get(encoder.liveStreamId);
    if (!encoder || !stream) throw new Error('there is no such encoder');
    this.#leave(encoder, stream);
    this.#after(stream.reconnect_window * 1000, () => {
      if (!this.#encoderOf(stream.id)) this.#finish(stream);
    });
  }

  isConnected(encoderId: string): boolean {
    return this.#encoders.has(encoderId);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #cut(stream: LiveStream): void {
    const encoder = this.#encoderOf(stream.id);
    if (encoder) this.#leave(encoder, stream);
    this.#finish(stream);
  }

  #leave(encoder: Encoder, stream: LiveStream): void {
    this.#encoders.delete(encoder.id);
    const last = this.#assetOf(stream)?.recording_times.at(-1);
    if (last) last.duration = (Date.now() - encoder.startedAtMs) / 1000;
    this.#event('video.live_stream.disconnected', stream);
  }

  #finish(stream: LiveStream): void {
    const asset = this.#assetOf(stream);
    if (stream.status === 'active') stream.status = 'idle';
    delete stream.active_asset_id;
    if (!asset) return;
    this.#event('video.live_stream.idle', stream);
    asset.is_live = false;
    asset.status = 'ready';
    asset.duration = asset.recording_times.reduce((sum, { duration }) => sum + duration, 0);
    this.#event('video.asset.live_stream_completed', asset);
  }

  #record(stream: LiveStream): Asset {
    const policies = stream.new_asset_settings.playback_policies ?? [];
    const asset: Asset = {
      id: id(40),
      created_at: unixNow(),
      status: 'preparing',
      is_live: true,
      live_stream_id: stream.id,
      duration: 0,
      playback_ids: policies.map((policy) => ({ id: id(42), policy })),
      recording_times: [],
    };
    this.assets.set(asset.id, asset);
    stream.active_asset_id = asset.id;
    stream.recent_asset_ids.push(asset.id);
    this.#event('video.asset.created', asset);
    return asset;
  }

  #assetOf(stream: LiveStream): Asset | undefined {
    return stream.active_asset_id === undefined ? undefined : this.assets.get(stream.active_asset_id);
  }

  #encoderOf(liveStreamId: string): Encoder | undefined {
    return [...this.#encoders.values()].find((encoder) => encoder.liveStreamId === liveStreamId);
  }

  #event(type: string, about: LiveStream | Asset): void {
    this.#tell({
      type,
      id: crypto.randomUUID(),
      created_at: new Date().toISOString(),
      object: { type: type.startsWith('video.asset') ? 'asset' : 'live', id: about.id },
      environment: { name: 'Emulated', id: 'emulated' },
      data: structuredClone(about),
      attempts: [],
      request_id: null,
      accessor: null,
      accessor_source: null,
    });
  }

  #after(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }
}
