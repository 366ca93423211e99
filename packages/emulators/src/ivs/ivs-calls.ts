import { CallQuota } from '../clouds/call-quota.ts';
import type { Channel, IvsCloud, Session } from './ivs-cloud.ts';

/** An answer that the SDK makes an exception of: its name travels in `x-amzn-errortype`. */
export class IvsError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

type Input = Record<string, unknown>;
type Call = (input: Input) => object | null;

const notFound = () => new IvsError(404, 'ResourceNotFoundException', 'There is no such resource.');
const maxMetadataBytes = 1024;

/** The calls of the IVS API (docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference) that a platform makes. */
export class IvsCalls {
  /** Every call that was let through, for assertions. */
  readonly log: { name: string; input: Input }[] = [];
  readonly #cloud: IvsCloud;
  readonly #baseUrl: () => string;
  readonly #quota = new CallQuota(5);
  readonly #calls: Readonly<Record<string, Call>> = {
    CreateChannel: (input) => {
      const wanted = {
        name: String(input.name ?? ''),
        type: String(input.type ?? 'STANDARD'),
        latencyMode: String(input.latencyMode ?? 'LOW'),
        authorized: input.authorized === true,
        recordingConfigurationArn: String(input.recordingConfigurationArn ?? ''),
      };
      if (!/^[A-Za-z0-9-_]{0,128}$/.test(wanted.name)) throw invalid('name');
      const channel = this.#cloud.createChannel(wanted, this.#baseUrl());
      return { channel: viewOf(channel), streamKey: this.#cloud.createKey(channel.arn) };
    },
    UpdateChannel: (input) => {
      const channel = this.#channel(input.arn);
      if (this.#cloud.sessions.has(channel.arn)) throw conflict();
      if (typeof input.authorized === 'boolean') channel.authorized = input.authorized;
      if (typeof input.type === 'string') channel.type = input.type;
      if (typeof input.recordingConfigurationArn === 'string') {
        channel.recordingConfigurationArn = input.recordingConfigurationArn;
      }
      return { channel: viewOf(channel) };
    },
    GetChannel: (input) => ({ channel: viewOf(this.#channel(input.arn)) }),
    DeleteChannel: (input) => {
      const { arn } = this.#channel(input.arn);
      if (this.#cloud.sessions.has(arn)) throw conflict();
      this.#cloud.channels.delete(arn);
      const key = this.#cloud.keyOf(arn);
      if (key) this.#cloud.keys.delete(key.arn);
      return null;
    },
    CreateStreamKey: (input) => {
      const { arn } = this.#channel(input.channelArn);
      if (this.#cloud.keyOf(arn)) {
        throw new IvsError(402, 'ServiceQuotaExceededException', 'A channel has one stream key.');
      }
      return { streamKey: this.#cloud.createKey(arn) };
    },
    DeleteStreamKey: (input) => {
      if (!this.#cloud.keys.delete(String(input.arn))) throw notFound();
      return null;
    },
    ListStreamKeys: (input) => {
      const key = this.#cloud.keyOf(this.#channel(input.channelArn).arn);
      return { streamKeys: key ? [{ arn: key.arn, channelArn: key.channelArn }] : [] };
    },
    StopStream: (input) => {
      this.#cloud.cut(this.#session(input.channelArn));
      return {};
    },
    GetStream: (input) => ({ stream: summaryOf(this.#session(input.channelArn)) }),
    ListStreams: (input) => {
      const all = [...this.#cloud.sessions.values()].filter(({ isViewable }) => isViewable);
      const from = Number(input.nextToken ?? 0);
      const count = Number(input.maxResults ?? 100);
      const more = from + count < all.length ? { nextToken: String(from + count) } : {};
      return { streams: all.slice(from, from + count).map(summaryOf), ...more };
    },
    PutMetadata: (input) => {
      const { metadata } = this.#session(input.channelArn);
      const text = String(input.metadata ?? '');
      if (text === '' || Buffer.byteLength(text) > maxMetadataBytes) throw invalid('metadata');
      metadata.push(text);
      return null;
    },
  };

  constructor(cloud: IvsCloud, baseUrl: () => string) {
    this.#cloud = cloud;
    this.#baseUrl = baseUrl;
  }

  /** Null is an answer without content. Throws {@link IvsError}. */
  call(name: string, input: Input): object | null {
    const call = Object.hasOwn(this.#calls, name) ? this.#calls[name] : undefined;
    if (!call) throw new IvsError(404, 'UnknownOperationException', name);
    const scope = name === 'PutMetadata' ? `${name} ${String(input.channelArn)}` : name;
    if (!this.#quota.take(scope)) throw new IvsError(429, 'ThrottlingException', 'Rate exceeded');
    this.log.push({ name, input });
    return call(input);
  }

  #channel(arn: unknown): Channel {
    const channel = this.#cloud.channels.get(String(arn));
    if (!channel) throw notFound();
    return channel;
  }

  #session(channelArn: unknown): Session {
    const session = this.#cloud.sessions.get(this.#channel(channelArn).arn);
    if (!session) throw new IvsError(404, 'ChannelNotBroadcasting', 'The channel is not broadcasting.');
    return session;
  }
}

function viewOf(channel: Channel): object {
  return { ...channel, insecureIngest: false, tags: {} };
}

function summaryOf({ channelArn, streamId, startTime, health, isViewable }: Session): object {
  const state = isViewable ? 'LIVE' : 'OFFLINE';
  return { channelArn, streamId, state, health, viewerCount: 0, startTime: startTime.toISOString() };
}

const invalid = (field: string) => new IvsError(400, 'ValidationException', `${field} is not valid.`);
const conflict = () => new IvsError(409, 'ConflictException', 'The channel is broadcasting.');
