import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  isPrivatePlaybackId,
  LocalMediaHost,
  type MediaHost,
  type MediaHostSettings,
  playbackToken,
  privatePlaybackId,
  RemoteMediaHost,
  type TlsIdentity,
} from '@vybekart/media';
import type { Clock } from '../platform/clock.ts';
import { newSecret } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { PublicAddress } from '../platform/public-address.ts';
import {
  type AuthorizeIngest,
  type Ingest,
  type IngestHealth,
  type MediaEvent,
  MediaProvider,
  type MediaResource,
  type MediaState,
  type Playback,
  type ProvisionedShow,
  type RecordedShow,
} from './media-provider.ts';

export type { ByteRange, RecordingArchive } from '@vybekart/media';

interface EmbeddedMediaOptions {
  address: PublicAddress;
  clock: Clock;
  log: Log;
  recording: MediaHostSettings['recording'];
  /** Takes pictures of shows on air where ffmpeg is installed. */
  takesThumbnails: boolean;
  /** How many shows ffmpeg makes smaller pictures of at a time. */
  ladderShows: number;
  /** How long a lost encoder may take to come back. */
  graceMs?: number;
  limits?: MediaHostSettings['limits'];
  /** Signs playback addresses. */
  playbackSecret: string;
  /** Whether every show plays under signed addresses alone, or private ones. */
  signs: 'all' | 'private';
  /** `main`: in this thread, beside everything else. */
  runsIn: 'main' | 'worker' | 'process';
  /** Address of the video, if it is another one than the server's; without a slash at its end. */
  publicUrl: string | null;
}

/** A folder that nothing was written to for so long belongs to no show that is on air. */
const idleAfterMs = 24 * 3_600_000;

const stateOf = {
  starting: 'idle',
  live: 'live',
  interrupted: 'interrupted',
  ended: 'ended',
  gone: 'idle',
} as const satisfies Record<string, MediaState>;

/**
 * RTMP in and LL-HLS out, in this thread or one of its own: one node takes and serves all video, and of what was on air the recording
 * alone survives a restart. A stream's resource has the stream's own id, marked where it is private. Several nodes, or audiences beyond one machine: a cloud provider behind the same port.
 */
export class EmbeddedMedia extends MediaProvider {
  readonly name = 'embedded';
  readonly hasKeyPerShow = true;
  readonly recordsLate = false;
  readonly canBePrivate = true;
  override readonly isPartOfNode = true;
  override readonly archives: boolean;
  #media: MediaHost | undefined;
  #authorize: AuthorizeIngest = async () => ({ refused: 'the server is starting' });
  #listener: (event: MediaEvent) => void = () => {};
  /** Where encoders are sent: scheme and bound port. */
  #door: { scheme: 'rtmp' | 'rtmps'; port: number } | undefined;
  /** Where viewers of a media server with an HTTP port of its own are sent. */
  #viewersPort: number | undefined;

  private constructor(private readonly options: EmbeddedMediaOptions) {
    super();
    this.archives = Boolean(options.recording.archive);
  }

  static async open(options: EmbeddedMediaOptions): Promise<EmbeddedMedia> {
    const media = new EmbeddedMedia(options);
    const settings: MediaHostSettings = {
      recording: options.recording,
      playbackSecret: options.playbackSecret,
      needsToken: options.signs,
      ladder: options.ladderShows > 0 ? { ffmpeg: 'ffmpeg', mostAtOnce: options.ladderShows } : null,
      thumbnails: options.takesThumbnails ? { ffmpeg: 'ffmpeg' } : null,
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    };
    const owner = {
      authorize: async (streamKey: string) => {
        const answer = await media.#authorize(streamKey);
        return 'refused' in answer ? { refused: String(answer.refused) } : { playbackId: answer.id };
      },
      on: ({ playbackId, ...event }: Omit<MediaEvent, 'id'> & { playbackId: string }) =>
        media.#listener({ ...event, id: playbackId }),
      log: (line: string) => options.log.debug({}, line),
      alert: (line: string) => options.log.warn({}, line),
    };
    const { runsIn } = options;
    media.#media =
      runsIn === 'main'
        ? new LocalMediaHost(settings, owner)
        : await RemoteMediaHost.start({ runsIn, settings, owner });
    return media;
  }

  /** Takes encoders on this port (0: any free one); resolves with the bound port. */
  async listen(port: number, host: string): Promise<number> {
    const bound = await this.#host.listenRtmp(port, host);
    this.#door ??= { scheme: 'rtmp', port: bound };
    return bound;
  }

  /** As `listen`, over TLS; sellers are sent here from now on. Throws if key and certificate do not fit together. */
  async listenTls(port: number, host: string, identity: TlsIdentity): Promise<number> {
    const bound = await this.#host.listenRtmps(port, host, identity);
    this.#door = { scheme: 'rtmps', port: bound };
    return bound;
  }

  /** Serves playlists and segments below `/hls/`; false when the request is not one of these. */
  handleHttp(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#host instanceof LocalMediaHost && this.#host.handleHttp(request, response);
  }

  /** A port for viewers, where the media server does not run in this thread; resolves with the bound port. */
  async listenHttp(port: number, host: string): Promise<number> {
    if (!(this.#host instanceof RemoteMediaHost)) throw new Error('the media server has no port of its own');
    this.#viewersPort = await this.#host.listenHttp(port, host);
    return this.#viewersPort;
  }

  /** Address under which viewers reach playlists and media, without `/hls/`. */
  get url(): string {
    const { publicUrl, address } = this.options;
    if (publicUrl) return publicUrl;
    return this.#viewersPort === undefined ? address.url : `http://${address.hostname}:${this.#viewersPort}`;
  }

  /** Takes a browser that publishes; see `MediaServer.handleUpgrade`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    this.#host.handleUpgrade(request, socket, head, address);
  }

  override browserIngest(): string {
    return `${this.options.address.url.replace(/^http/, 'ws')}/ingest`;
  }

  async provision({ id, isPrivate }: ProvisionedShow): Promise<MediaResource> {
    return { id: isPrivate ? privatePlaybackId(id) : id };
  }

  playback({ id }: MediaResource): Playback {
    return { url: this.#addressOf(id, `${id}/index.m3u8`), player: 'hls' };
  }

  async issueKey(resource: MediaResource): Promise<{ ingest: Ingest; resource: MediaResource }> {
    return { ingest: this.#ingest(), resource };
  }

  async disconnect({ id }: MediaResource, reason: string): Promise<void> {
    await this.#host.disconnect(id, reason);
  }

  async stop({ id }: MediaResource): Promise<void> {
    await this.#host.end(id);
  }

  async status({ id }: MediaResource): Promise<MediaState> {
    const health = await this.#host.status(id);
    return health ? stateOf[health.state] : 'idle';
  }

  override async health({ id }: MediaResource): Promise<IngestHealth | null> {
    const health = await this.#host.status(id);
    if (!health?.isPublishing) return null;
    const { bitsPerSecond, framesPerSecond, keyFrameIntervalMs, framesLost, width, height, codecs } = health;
    const hasSound = codecs.some((codec) => codec === 'opus' || codec.startsWith('mp4a.'));
    return { bitsPerSecond, framesPerSecond, keyFrameIntervalMs, framesLost, width, height, hasSound };
  }

  /** The packager dates a frame by its arrival here. */
  videoTime({ id }: MediaResource): Date | null {
    return this.#host.glance(id)?.state === 'live' ? this.options.clock.now() : null;
  }

  thumbnail({ id }: MediaResource): string | null {
    const picture = this.#host.glance(id)?.thumbnail;
    return picture ? this.#addressOf(id, picture) : null;
  }

  /** Every picture carries its date (EXT-X-PROGRAM-DATE-TIME). */
  async putMetadata(): Promise<void> {}

  async recording({ id }: MediaResource): Promise<RecordedShow | null> {
    const recording = await this.#host.recording(id);
    if (!recording) return null;
    const { startedAt, durationMs, bytes, stretches } = recording;
    const url = this.#addressOf(id, `${id}/replay/index.m3u8`);
    return { url, startedAt, durationMs, bytes, stretches };
  }

  override archiveRecording({ id }: MediaResource): Promise<boolean> {
    return this.#host.archiveRecording(id);
  }

  override async idleRecordings(): Promise<MediaResource[]> {
    const ids = await this.#host.idleRecordings(idleAfterMs);
    return ids.map((id) => ({ id }));
  }

  async deleteRecording({ id }: MediaResource): Promise<void> {
    await this.#host.removeRecording(id);
  }

  onEvent(listener: (event: MediaEvent) => void): void {
    this.#listener = listener;
  }

  authorizeBy(authorize: AuthorizeIngest): void {
    this.#authorize = authorize;
  }

  #addressOf(id: string, path: string): string {
    const { playbackSecret, signs, clock } = this.options;
    if (signs === 'private' && !isPrivatePlaybackId(id)) return `${this.url}/hls/${path}`;
    return `${this.url}/hls/${playbackToken(playbackSecret, id, clock.now().getTime())}/${path}`;
  }

  get #host(): MediaHost {
    if (!this.#media) throw new Error('the media server is not open');
    return this.#media;
  }

  #ingest(): Ingest {
    if (!this.#door) throw new Error('the RTMP port is not open');
    const { scheme, port } = this.#door;
    return { url: `${scheme}://${this.options.address.hostname}:${port}/live`, streamKey: newSecret() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#media?.close();
  }
}
