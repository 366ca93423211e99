import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  MediaServer,
  type MediaServerOptions,
  Recordings,
  type RecordingsOptions,
  type TlsIdentity,
} from '@vybekart/media';
import type { Clock } from '../platform/clock.ts';
import { newSecret } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { PublicAddress } from '../platform/public-address.ts';
import {
  type AuthorizeIngest,
  type Ingest,
  type MediaEvent,
  MediaProvider,
  type MediaResource,
  type MediaState,
  type Playback,
  type ProvisionedShow,
  type RecordedShow,
} from './media-provider.ts';

interface EmbeddedMediaOptions {
  address: PublicAddress;
  clock: Clock;
  log: Log;
  recording: Pick<RecordingsOptions, 'directory' | 'isOn' | 'runningBytes'>;
  /** Takes pictures of shows on air where ffmpeg is installed. */
  takesThumbnails: boolean;
  /** How many shows ffmpeg makes smaller pictures of at a time. */
  ladderShows: number;
  /** How long a lost encoder may take to come back. */
  graceMs?: number;
  limits?: MediaServerOptions['limits'];
}

const stateOf = {
  starting: 'idle',
  live: 'live',
  interrupted: 'interrupted',
  ended: 'ended',
  gone: 'idle',
} as const satisfies Record<string, MediaState>;

/**
 * RTMP in and LL-HLS out, in this process: one node takes and serves all video, and of what was on air the recording
 * alone survives a restart. A stream's resource has the stream's own id. Several nodes, or audiences beyond one machine: a cloud provider behind the same port.
 */
export class EmbeddedMedia extends MediaProvider {
  readonly name = 'embedded';
  readonly hasKeyPerShow = true;
  readonly recordsLate = false;
  readonly #server: MediaServer;
  readonly #recordings: Recordings;
  #authorize: AuthorizeIngest = async () => ({ refused: 'the server is starting' });
  #listener: (event: MediaEvent) => void = () => {};
  /** Where encoders are sent: scheme and bound port. */
  #door: { scheme: 'rtmp' | 'rtmps'; port: number } | undefined;

  constructor(private readonly options: EmbeddedMediaOptions) {
    super();
    this.#recordings = new Recordings({
      ...options.recording,
      alert: (line) => options.log.warn({}, `recording ${line}`),
    });
    this.#server = new MediaServer({
      authorize: async (streamKey) => {
        const answer = await this.#authorize(streamKey);
        return 'refused' in answer ? { refused: String(answer.refused) } : { playbackId: answer.id };
      },
      on: ({ playbackId, ...event }) => this.#listener({ ...event, id: playbackId }),
      log: (line) => options.log.debug({}, line),
      recordings: this.#recordings,
      ladder: options.ladderShows > 0 ? { ffmpeg: 'ffmpeg', mostAtOnce: options.ladderShows } : null,
      thumbnails: options.takesThumbnails ? { ffmpeg: 'ffmpeg' } : null,
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    });
  }

  /** Takes encoders on this port (0: any free one); resolves with the bound port. */
  async listen(port: number, host: string): Promise<number> {
    const bound = await this.#server.listenRtmp(port, host);
    this.#door ??= { scheme: 'rtmp', port: bound };
    return bound;
  }

  /** As `listen`, over TLS; sellers are sent here from now on. Throws if key and certificate do not fit together. */
  async listenTls(port: number, host: string, identity: TlsIdentity): Promise<number> {
    const bound = await this.#server.listenRtmps(port, host, identity);
    this.#door = { scheme: 'rtmps', port: bound };
    return bound;
  }

  /** Serves playlists and segments below `/hls/`; false when the request is not one of these. */
  handleHttp(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#server.handleHttp(request, response);
  }

  /** Takes a browser that publishes; see `MediaServer.handleUpgrade`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    this.#server.handleUpgrade(request, socket, head, address);
  }

  override browserIngest(): string {
    return `${this.options.address.url.replace(/^http/, 'ws')}/ingest`;
  }

  async provision({ id }: ProvisionedShow): Promise<MediaResource> {
    return { id };
  }

  playback({ id }: MediaResource): Playback {
    return { url: `${this.options.address.url}/hls/${id}/index.m3u8`, player: 'hls' };
  }

  async issueKey(resource: MediaResource): Promise<{ ingest: Ingest; resource: MediaResource }> {
    return { ingest: this.#ingest(), resource };
  }

  async disconnect({ id }: MediaResource, reason: string): Promise<void> {
    this.#server.disconnect(id, reason);
  }

  async stop({ id }: MediaResource): Promise<void> {
    this.#server.end(id);
  }

  async status({ id }: MediaResource): Promise<MediaState> {
    const health = this.#server.status(id);
    return health ? stateOf[health.state] : 'idle';
  }

  /** The packager dates a frame by its arrival here. */
  videoTime({ id }: MediaResource): Date | null {
    return this.#server.status(id)?.state === 'live' ? this.options.clock.now() : null;
  }

  thumbnail({ id }: MediaResource): string | null {
    const picture = this.#server.thumbnail(id);
    return picture && `${this.options.address.url}/hls/${picture}`;
  }

  /** Every picture carries its date (EXT-X-PROGRAM-DATE-TIME). */
  async putMetadata(): Promise<void> {}

  async recording({ id }: MediaResource): Promise<RecordedShow | null> {
    const recording = await this.#recordings.find(id);
    if (!recording) return null;
    const { startedAt, durationMs, bytes, stretches } = recording;
    const url = `${this.options.address.url}/hls/${id}/replay/index.m3u8`;
    return { url, startedAt, durationMs, bytes, stretches };
  }

  async deleteRecording({ id }: MediaResource): Promise<void> {
    await this.#recordings.remove(id);
  }

  onEvent(listener: (event: MediaEvent) => void): void {
    this.#listener = listener;
  }

  authorizeBy(authorize: AuthorizeIngest): void {
    this.#authorize = authorize;
  }

  #ingest(): Ingest {
    if (!this.#door) throw new Error('the RTMP port is not open');
    const { scheme, port } = this.#door;
    return { url: `${scheme}://${this.options.address.hostname}:${port}/live`, streamKey: newSecret() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
  }
}
