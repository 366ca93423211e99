import type { IvsClient, IvsServiceException } from '@aws-sdk/client-ivs';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { CallPace } from './call-pace.ts';
import type { Channel, ChannelBook } from './channel-book.ts';
import { type ChannelResource, CloudMedia } from './cloud-media.ts';
import { type IvsEvent, readIvsEvent } from './ivs-events.ts';
import type { IvsRecordings } from './ivs-recordings.ts';
import type { LiveSession, Sessions } from './live-sessions.ts';
import type { Ingest, Playback, ProvisionedShow, RecordedShow } from './media-provider.ts';
import type { PlaybackTokens } from './playback-tokens.ts';

type Sdk = typeof import('@aws-sdk/client-ivs');

export interface IvsMediaOptions {
  region: string;
  /** Null: where the SDK looks by itself (profile, container or instance role). */
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | null;
  /** Another host of the API, for tests. */
  endpoint: string | null;
  channelType: 'STANDARD' | 'BASIC' | 'ADVANCED_SD' | 'ADVANCED_HD';
  /** Null: shows are not recorded. */
  recording: { configurationArn: string; recordings: IvsRecordings } | null;
  /** Null: anybody who has the address may watch. */
  tokens: PlaybackTokens | null;
  book: ChannelBook;
  clock: Clock;
  log: Log;
  maxAgeMs?: number;
}

/** A quota of 5 calls a second for each operation (docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/service-quotas.html). */
const apiPace = { perSecond: 4, burst: 2, maxWaitMs: 8000 };
/** Likewise for each channel; metadata that comes late would be put into the wrong picture. */
const metadataPace = { perSecond: 4, burst: 4, maxWaitMs: 300 };
const maxMetadataBytes = 1024;

/**
 * Amazon IVS, low-latency streaming: a channel for each seller, encoders over RTMPS, and viewers with Amazon's player.
 * A channel has one stream key, so a new one is made by deleting the old; StopStream alone would let an encoder dial in
 * again. What is on air is one ListStreams for all channels. Recordings lie in S3: {@link IvsRecordings}.
 */
export class IvsMedia extends CloudMedia {
  readonly name = 'ivs';
  readonly recordsLate: boolean;
  /** Needs a key that signs, and signs all addresses then. */
  readonly canBePrivate: boolean;
  readonly #sdk: Sdk;
  readonly #client: IvsClient;
  readonly #pace: CallPace;
  readonly #metadataPace: CallPace;

  private constructor(
    sdk: Sdk,
    private readonly options: IvsMediaOptions,
  ) {
    super(options);
    this.#sdk = sdk;
    this.canBePrivate = options.tokens !== null;
    this.recordsLate = options.recording !== null;
    this.#pace = new CallPace(options.clock, apiPace);
    this.#metadataPace = new CallPace(options.clock, metadataPace);
    this.#client = new sdk.IvsClient({
      region: options.region,
      ...(options.credentials ? { credentials: options.credentials } : {}),
      ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
    });
  }

  /** Loads the SDK, which nobody needs who does not use IVS. */
  static async open(options: IvsMediaOptions): Promise<IvsMedia> {
    return new IvsMedia(await import('@aws-sdk/client-ivs'), options);
  }

  /** Takes an event that EventBridge posted; anything that is none is ignored. */
  receive(body: unknown): void {
    const event = readIvsEvent(body);
    if (!event) return;
    this.#noteRecording(event);
    this.hear({ type: event.type, id: event.channelArn, at: event.at });
  }

  playback({ id, playbackUrl }: ChannelResource): Playback {
    const url = typeof playbackUrl === 'string' ? playbackUrl : '';
    if (!this.options.tokens || url === '') return { url, player: 'ivs' };
    return { url: `${url}?token=${this.options.tokens.of({ 'aws:channel-arn': id })}`, player: 'ivs' };
  }

  /** The picture that a recording configuration with latest thumbnails keeps beside the recording. */
  thumbnail({ id }: ChannelResource): string | null {
    const session = this.sessions.lastKnown(id);
    return (session && this.options.recording?.recordings.thumbnail(session.id)) ?? null;
  }

  async putMetadata({ id }: ChannelResource, text: string): Promise<void> {
    if (!this.sessions.lastKnown(id)) return;
    if (Buffer.byteLength(text) > maxMetadataBytes) throw new Error('metadata is longer than 1 KB');
    await this.#metadataPace.turn(id);
    const put = new this.#sdk.PutMetadataCommand({ channelArn: id, metadata: text });
    await ignoring(this.#client.send(put), 'ChannelNotBroadcasting');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    this.options.recording?.recordings.close();
  }

  protected async createChannel(show: ProvisionedShow): Promise<Channel> {
    await this.#pace.turn('CreateChannel');
    const { channel } = await this.#client.send(
      new this.#sdk.CreateChannelCommand({
        name: `shop-${show.shopId}`,
        latencyMode: 'LOW',
        ...this.#settings(),
      }),
    );
    if (!channel?.arn || !channel.ingestEndpoint || !channel.playbackUrl)
      throw new Error('IVS made no channel');
    return {
      id: channel.arn,
      playbackUrl: channel.playbackUrl,
      ingestUrl: `rtmps://${channel.ingestEndpoint}:443/app/`,
    };
  }

  protected async removeChannel({ id }: Channel): Promise<void> {
    await this.#pace.turn('DeleteChannel');
    await this.#client.send(new this.#sdk.DeleteChannelCommand({ arn: id }));
  }

  protected async claim(resource: ChannelResource) {
    await this.#voidKeys(resource.id);
    const running = await this.#running(resource.id);
    await this.#cut(resource.id);
    await this.#applySettings(resource.id);
    await this.#pace.turn('CreateStreamKey');
    const { streamKey } = await this.#client.send(
      new this.#sdk.CreateStreamKeyCommand({ channelArn: resource.id }),
    );
    if (!streamKey?.arn || !streamKey.value) throw new Error('IVS made no stream key');
    const ingest: Ingest = { url: String(resource.ingestUrl), streamKey: streamKey.value };
    return { ingest, claimed: { key: streamKey.arn, foreign: running } };
  }

  protected async release(resource: ChannelResource): Promise<void> {
    await this.#voidKeys(resource.id);
    await this.#cut(resource.id);
  }

  protected async onAir(): Promise<Sessions> {
    const sessions = new Map<string, LiveSession>();
    let nextToken: string | undefined;
    do {
      await this.#pace.turn('ListStreams');
      const page = await this.#client.send(new this.#sdk.ListStreamsCommand({ maxResults: 100, nextToken }));
      for (const { channelArn, streamId, state, health } of page.streams ?? []) {
        if (!channelArn || !streamId || state !== 'LIVE') continue;
        sessions.set(channelArn, { id: streamId, isStarving: health === 'STARVING' });
      }
      nextToken = page.nextToken;
    } while (nextToken);
    return sessions;
  }

  protected async findRecording(
    { id }: ChannelResource,
    times: { from: Date; to: Date },
  ): Promise<RecordedShow | null> {
    return (await this.options.recording?.recordings.find(id, times)) ?? null;
  }

  protected async removeRecordings({ id }: ChannelResource, times: { from: Date; to: Date }): Promise<void> {
    await this.options.recording?.recordings.remove(id, times);
  }

  #settings() {
    const { channelType: type, recording, tokens } = this.options;
    return {
      type,
      authorized: tokens !== null,
      recordingConfigurationArn: recording?.configurationArn ?? '',
    };
  }

  /** A channel may have been made when the settings were others; it can be changed while nothing is on air. */
  async #applySettings(arn: string): Promise<void> {
    await this.#pace.turn('GetChannel');
    const { channel } = await this.#client.send(new this.#sdk.GetChannelCommand({ arn }));
    const wanted = this.#settings();
    const isSame =
      channel?.type === wanted.type &&
      channel.authorized === wanted.authorized &&
      (channel.recordingConfigurationArn ?? '') === wanted.recordingConfigurationArn;
    if (isSame) return;
    await this.#pace.turn('UpdateChannel');
    const update = new this.#sdk.UpdateChannelCommand({ arn, ...wanted });
    await ignoring(this.#client.send(update), 'ConflictException', () =>
      this.options.log.warn({ channel: arn }, 'a channel keeps its old settings, because it is still on air'),
    );
  }

  async #voidKeys(channelArn: string): Promise<void> {
    await this.#pace.turn('ListStreamKeys');
    const list = this.#client.send(new this.#sdk.ListStreamKeysCommand({ channelArn }));
    const answer = await list.catch(async (error: unknown) => {
      if (isNamed(error, 'ResourceNotFoundException')) await this.options.book.forget(channelArn);
      throw error;
    });
    for (const { arn } of answer.streamKeys ?? []) {
      await this.#pace.turn('DeleteStreamKey');
      const remove = new this.#sdk.DeleteStreamKeyCommand({ arn });
      await ignoring(this.#client.send(remove), 'ResourceNotFoundException');
    }
  }

  /** The id of what is on air on a channel. */
  async #running(channelArn: string): Promise<string | undefined> {
    await this.#pace.turn('GetStream');
    const get = new this.#sdk.GetStreamCommand({ channelArn });
    const answer = await ignoring(this.#client.send(get), 'ChannelNotBroadcasting');
    return answer?.stream?.streamId;
  }

  async #cut(channelArn: string): Promise<void> {
    await this.#pace.turn('StopStream');
    const stop = new this.#sdk.StopStreamCommand({ channelArn });
    await ignoring(this.#client.send(stop), 'ChannelNotBroadcasting');
  }

  #noteRecording(event: IvsEvent): void {
    if (event.recording) this.options.recording?.recordings.note(event.streamId, event.recording.prefix);
  }
}

function isNamed(error: unknown, name: string): boolean {
  return (error as Partial<IvsServiceException>).name === name;
}

/** The answer, or undefined for the one failure that is none. */
async function ignoring<T>(call: Promise<T>, name: string, then?: () => void): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (!isNamed(error, name)) throw error;
    then?.();
    return undefined;
  }
}
