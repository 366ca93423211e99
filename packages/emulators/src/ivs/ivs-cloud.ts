import { randomText, systemRandom } from '../random.ts';
import type { RecordingBucket } from './recording-bucket.ts';

export interface Channel {
  arn: string;
  name: string;
  type: string;
  latencyMode: string;
  authorized: boolean;
  recordingConfigurationArn: string;
  ingestEndpoint: string;
  playbackUrl: string;
}

export interface StreamKey {
  arn: string;
  channelArn: string;
  value: string;
}

/** One uninterrupted broadcast on a channel. */
export interface Session {
  streamId: string;
  channelArn: string;
  startTime: Date;
  health: 'HEALTHY' | 'STARVING';
  isViewable: boolean;
  /** Timed metadata, in the order of its arrival. */
  metadata: string[];
  recordingPrefix: string | null;
}

interface Encoder {
  id: string;
  streamKey: string;
  session: Session | null;
  /** Sends nothing any more, though nobody told it to end. */
  isLost: boolean;
}

export interface IvsCloudOptions {
  /** How long video is processed before viewers get it. */
  liveAfterMs?: number;
  /** How long a silent encoder keeps its session. */
  starvesForMs?: number;
}

const accountId = '123456789012';
const region = 'us-west-2';
const id = (length: number) => randomText(systemRandom, length);

/** Channels, keys, encoders and their sessions, and the events that they cause. */
export class IvsCloud {
  readonly channels = new Map<string, Channel>();
  readonly keys = new Map<string, StreamKey>();
  readonly sessions = new Map<string, Session>();
  readonly past: Session[] = [];
  readonly #encoders = new Map<string, Encoder>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #options: Required<IvsCloudOptions>;
  readonly #bucket: RecordingBucket;
  readonly #tell: (event: object) => void;

  constructor(options: IvsCloudOptions, bucket: RecordingBucket, tell: (event: object) => void) {
    this.#options = { liveAfterMs: options.liveAfterMs ?? 50, starvesForMs: options.starvesForMs ?? 1500 };
    this.#bucket = bucket;
    this.#tell = tell;
  }

  createChannel(wanted: Omit<Channel, 'arn' | 'ingestEndpoint' | 'playbackUrl'>, baseUrl: string): Channel {
    const name = id(12);
    const channel: Channel = {
      ...wanted,
      arn: `arn:aws:ivs:${region}:${accountId}:channel/${name}`,
      ingestEndpoint: `${id(8).toLowerCase()}.global-contribute.live-video.net`,
      playbackUrl: `${baseUrl}/playback/${name}.m3u8`,
    };
    this.channels.set(channel.arn, channel);
    return channel;
  }

  createKey(channelArn: string): StreamKey {
    const key = {
      arn: `arn:aws:ivs:${region}:${accountId}:stream-key/${id(12)}`,
      channelArn,
      value: `sk_${region}_${id(12)}_${id(36)}`,
    };
    this.keys.set(key.arn, key);
    return key;
  }

  keyOf(channelArn: string): StreamKey | undefined {
    return [...this.keys.values()].find((key) => key.channelArn === channelArn);
  }

  /** An encoder dials in. Throws when its key is not valid or its channel is taken. */
  connect(streamKey: string): string {
    const encoder: Encoder = { id: id(8), streamKey, session: null, isLost: false };
    this.#begin(encoder);
    this.#encoders.set(encoder.id, encoder);
    return encoder.id;
  }

  /** Its network is gone: nothing arrives any more. */
  drop(encoderId: string): void {
    const encoder = this.#need(encoderId);
    const { session } = encoder;
    encoder.isLost = true;
    if (!session) return;
    session.health = 'STARVING';
    this.#event(session, 'IVS Stream Health Change', { event_name: 'Starvation Start' });
    this.#after(this.#options.starvesForMs, () => {
      if (this.sessions.get(session.channelArn) === session && session.health === 'STARVING')
        this.#end(session);
    });
  }

  /** It is switched off by its owner. */
  stop(encoderId: string): void {
    const { session } = this.#need(encoderId);
    this.#encoders.delete(encoderId);
    if (session) this.#end(session);
  }

  isConnected(encoderId: string): boolean {
    const encoder = this.#encoders.get(encoderId);
    return encoder !== undefined && encoder.session !== null && !encoder.isLost;
  }

  /** StopStream: the session ends, and its encoder dials in again at once, as encoders do. */
  cut(session: Session): void {
    this.#end(session);
    const encoder = [...this.#encoders.values()].find((each) => each.session === session);
    if (!encoder) return;
    encoder.session = null;
    this.#after(30, () => {
      try {
        if (!encoder.isLost) this.#begin(encoder);
      } catch {
        this.#encoders.delete(encoder.id);
      }
    });
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #begin(encoder: Encoder): void {
    const key = [...this.keys.values()].find(({ value }) => value === encoder.streamKey);
    const channel = key && this.channels.get(key.channelArn);
    if (!channel) throw new Error('this stream key is not valid');
    const running = this.sessions.get(channel.arn);
    if (running && running.health === 'HEALTHY') throw new Error('somebody is streaming to this channel');
    if (running) this.#end(running);
    const session: Session = {
      streamId: `st-${id(20)}`,
      channelArn: channel.arn,
      startTime: new Date(),
      health: 'HEALTHY',
      isViewable: false,
      metadata: [],
      recordingPrefix: null,
    };
    encoder.session = session;
    this.sessions.set(channel.arn, session);
    this.#event(session, 'IVS Stream State Change', { event_name: 'Session Created' });
    this.#after(this.#options.liveAfterMs, () => this.#goLive(session, channel));
  }

  #goLive(session: Session, channel: Channel): void {
    if (this.sessions.get(channel.arn) !== session) return;
    session.isViewable = true;
    this.#event(session, 'IVS Stream State Change', { event_name: 'Stream Start' });
    if (channel.recordingConfigurationArn === '') return;
    const at = session.startTime;
    const minute = [
      at.getUTCFullYear(),
      at.getUTCMonth() + 1,
      at.getUTCDate(),
      at.getUTCHours(),
      at.getUTCMinutes(),
    ];
    const channelId = channel.arn.split('/').at(-1);
    session.recordingPrefix = `ivs/v1/${accountId}/${channelId}/${minute.join('/')}/${id(12)}`;
    this.#write(session, 'events/recording-started.json', {
      version: 'v1',
      recording_started_at: at.toISOString(),
      channel_arn: channel.arn,
      recording_status: 'RECORDING_STARTED',
    });
    this.#recordingEvent(session, 'Recording Start');
  }

  #end(session: Session): void {
    if (this.sessions.get(session.channelArn) !== session) return;
    this.sessions.delete(session.channelArn);
    this.past.push(session);
    this.#event(session, 'IVS Stream State Change', { event_name: 'Session Ended' });
    this.#event(session, 'IVS Stream State Change', { event_name: 'Stream End' });
    if (!session.recordingPrefix) return;
    const endedAt = new Date();
    this.#bucket.objects.set(
      `${session.recordingPrefix}/media/hls/master.m3u8`,
      '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1400000,RESOLUTION=852x480\n480p30/playlist.m3u8\n',
    );
    this.#bucket.objects.set(
      `${session.recordingPrefix}/media/hls/480p30/playlist.m3u8`,
      '#EXTM3U\n#EXT-X-ENDLIST\n',
    );
    this.#write(session, 'events/recording-ended.json', {
      version: 'v1',
      recording_started_at: session.startTime.toISOString(),
      recording_ended_at: endedAt.toISOString(),
      channel_arn: session.channelArn,
      recording_status: 'RECORDING_ENDED',
      media: {
        hls: {
          duration_ms: endedAt.getTime() - session.startTime.getTime(),
          path: 'media/hls',
          playlist: 'master.m3u8',
          renditions: [{ path: '480p30', playlist: 'playlist.m3u8' }],
        },
      },
    });
    this.#recordingEvent(session, 'Recording End');
  }

  #write(session: Session, name: string, content: object): void {
    this.#bucket.objects.set(`${session.recordingPrefix}/${name}`, JSON.stringify(content));
  }

  #recordingEvent(session: Session, status: string): void {
    this.#event(session, 'IVS Recording State Change', {
      recording_status: status,
      recording_status_reason: '',
      recording_s3_bucket_name: this.#bucket.name,
      recording_s3_key_prefix: session.recordingPrefix,
    });
  }

  /** The envelope is EventBridge's (docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html). */
  #event(session: Session, detailType: string, detail: object): void {
    this.#tell({
      version: '0',
      id: crypto.randomUUID(),
      'detail-type': detailType,
      source: 'aws.ivs',
      account: accountId,
      time: new Date().toISOString(),
      region,
      resources: [session.channelArn],
      detail: {
        channel_name: this.channels.get(session.channelArn)?.name ?? '',
        stream_id: session.streamId,
        ...detail,
      },
    });
  }

  #need(encoderId: string): Encoder {
    const encoder = this.#encoders.get(encoderId);
    if (!encoder) throw new Error('there is no such encoder');
    return encoder;
  }

  #after(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }
}
