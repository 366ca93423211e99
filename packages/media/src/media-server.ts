import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { FlvDemuxer } from './flv/flv-demuxer.ts';
import { HlsOrigin } from './hls/origin.ts';
import type { IngestAnswer } from './ingest.ts';
import { Ladders } from './ladder/ladders.ts';
import { LiveStream } from './live-stream.ts';
import { type MediaEventType, type MediaServerOptions, type MediaSettings, withDefaults } from './options.ts';
import { ReplayOrigin } from './recording/replay-origin.ts';
import type { PublishAnswer, Publisher } from './rtmp/publish.ts';
import { RtmpServer, type TlsIdentity } from './rtmp/rtmp-server.ts';
import { paceCollectionsByBuffers } from './shared/collection-pace.ts';
import type { StreamHealth } from './stream-health.ts';
import { Thumbnails } from './thumbnails/thumbnails.ts';
import { IngestServer } from './websocket/ingest-server.ts';

/** How long a server that closes waits for the disk. */
const DISK_PATIENCE_MS = 5_000;
const PLAYBACK_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * RTMP and WebSockets of browsers in, low-latency HLS out, in this process and its memory; only recordings survive a restart, and a stream is
 * served by the node that ingests it. Beyond one machine a cloud provider takes this place.
 */
export class MediaServer {
  readonly #settings: MediaSettings;
  readonly #rtmp: RtmpServer;
  readonly #webSockets: IngestServer;
  readonly #origin: HlsOrigin;
  readonly #streams = new Map<string, LiveStream>();
  readonly #thumbnails: Thumbnails | null;
  readonly #ladders: Ladders | null;

  /** Throws `TypeError` on an option out of range. */
  constructor(options: MediaServerOptions) {
    const settings = withDefaults(options);
    paceCollectionsByBuffers();
    this.#settings = settings;
    const { clock, limits, log } = settings;
    this.#rtmp = new RtmpServer({
      clock,
      limits,
      log,
      authorize: async (streamKey, publisher) => forRtmp(await this.#admit(streamKey, publisher)),
    });
    this.#webSockets = new IngestServer({
      clock,
      limits,
      log,
      authorize: (credential, publisher) => this.#admit(credential, publisher),
    });
    const source = {
      clock: settings.clock,
      segment: (playbackId: string) => this.#streams.get(playbackId)?.stillMedia() ?? null,
      log: settings.log,
    };
    this.#ladders = settings.ladder && new Ladders(settings.ladder, settings);
    this.#thumbnails = settings.thumbnails && new Thumbnails(settings.thumbnails, source);
    this.#origin = new HlsOrigin({
      clock: settings.clock,
      prefix: settings.httpPrefix,
      playbackSecret: settings.playbackSecret,
      needsToken: settings.needsToken,
      sendTimeoutMs: settings.limits.sendTimeoutMs,
      thumbnail: (playbackId) => this.#thumbnails?.newest(playbackId) ?? null,
      replays: settings.recordings && new ReplayOrigin(settings.recordings, settings.limits.sendTimeoutMs),
      find: (playbackId) => {
        const playback = this.#streams.get(playbackId)?.playback;
        return playback?.window.isPlayable ? playback : null;
      },
    });
  }

  /** Path below the HTTP prefix of the newest picture of a stream on air; null while there is none. */
  thumbnail(playbackId: string): string | null {
    const still = this.#thumbnails?.newest(playbackId);
    return still ? `${playbackId}/thumbnail${still.version}.jpg` : null;
  }

  /** Resolves with the bound port (useful with port 0); rejects with the system's error, such as EADDRINUSE. */
  listenRtmp(port: number, host: string): Promise<number> {
    return this.#rtmp.listen(port, host);
  }

  /** As `listenRtmp`, for publishers that encrypt; also throws if the key and the certificate do not fit together. */
  listenRtmps(port: number, host: string, identity: TlsIdentity): Promise<number> {
    return this.#rtmp.listenTls(port, host, identity);
  }

  /** True when the URL lies below the prefix, whether or not there is anything: the answer is on its way. */
  handleHttp(req: IncomingMessage, res: ServerResponse): boolean {
    return this.#origin.handle(req, res);
  }

  /**
   * Takes an upgrade to a WebSocket over which a browser publishes, see `IngestMessage`; answers and closes it if it is
   * none. `address`: the peer's, as far as proxies can be believed. The page's Origin is the caller's to judge.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    this.#webSockets.accept(request, socket, head, address);
  }

  /** Null for a stream this server does not know. */
  status(playbackId: string): StreamHealth | null {
    return this.#streams.get(playbackId)?.health ?? null;
  }

  /**
   * Cuts the publisher (its key was rotated, say); the stream is interrupted and may resume. A no-op if nobody
   * publishes. The reason reaches the publisher.
   */
  disconnect(playbackId: string, reason: string): void {
    this.#streams.get(playbackId)?.publisher?.disconnect(reason);
  }

  /** Ends the show: the publisher is cut, the playlist gets its end tag and stays for a while. Idempotent. */
  end(playbackId: string): void {
    this.#streams.get(playbackId)?.end('the show was ended');
  }

  /** Ends every stream, closes the listener and finishes what is recorded, if the disk lets it. Idempotent. */
  async close(): Promise<void> {
    for (const stream of [...this.#streams.values()]) {
      stream.end('server is closing');
      stream.discard();
    }
    this.#webSockets.close();
    await this.#rtmp.close();
    await this.#settleRecordings();
  }

  /** A disk that hangs does not keep the process; what it did not take is lost as by a kill. */
  async #settleRecordings(): Promise<void> {
    const { clock, recordings } = this.#settings;
    const patience = Promise.withResolvers<void>();
    const timer = clock.setTimeout(patience.resolve, DISK_PATIENCE_MS);
    await Promise.race([recordings?.settle(), patience.promise]);
    clock.clearTimeout(timer);
  }

  async #admit(streamKey: string, publisher: Publisher): Promise<IngestAnswer> {
    const answer = await this.#ask(streamKey);
    if ('refused' in answer) return { refused: answer.refused, isBusy: false };
    const { playbackId } = answer;
    const { clock, limits } = this.#settings;
    const known = this.#streams.get(playbackId);
    const present = known?.publisher;
    if (present) {
      if (clock.now() - present.lastHeardAt < limits.takeOverAfterMs) {
        return { refused: 'the stream is already being published', isBusy: true };
      }
      present.disconnect('the publisher came back on a new connection');
    }
    known?.discard();
    return { sink: this.#streamFor(playbackId).attach(publisher) };
  }

  async #ask(streamKey: string): Promise<{ playbackId: string } | { refused: string }> {
    try {
      const answer = await this.#settings.authorize(streamKey);
      if ('playbackId' in answer && !PLAYBACK_ID.test(answer.playbackId)) {
        throw new TypeError(`playback id ${answer.playbackId} is not valid`);
      }
      return answer;
    } catch (error) {
      this.#settings.log(`[media] authorize failed: ${error instanceof Error ? error.message : 'unknown'}`);
      return { refused: 'the stream key could not be checked' };
    }
  }

  #streamFor(playbackId: string): LiveStream {
    const known = this.#streams.get(playbackId);
    if (known) return known;
    const stream: LiveStream = new LiveStream({
      playbackId,
      settings: this.#settings,
      ladders: this.#ladders,
      emit: (type, reason) => this.#emit(type, playbackId, reason),
      onStill: (jpeg) => this.#thumbnails?.offer(playbackId, jpeg),
      onGone: () => {
        if (this.#streams.get(playbackId) === stream) this.#streams.delete(playbackId);
      },
    });
    this.#streams.set(playbackId, stream);
    return stream;
  }

  #emit(type: MediaEventType, playbackId: string, reason?: string): void {
    if (type === 'live') this.#thumbnails?.follow(playbackId);
    if (type === 'ended') this.#thumbnails?.forget(playbackId);
    const at = new Date(this.#settings.clock.now());
    try {
      this.#settings.on({ type, playbackId, at, ...(reason === undefined ? {} : { reason }) });
    } catch (error) {
      this.#settings.log(
        `[media] ${type} handler failed: ${error instanceof Error ? error.message : 'unknown'}`,
      );
    }
  }
}

function forRtmp(answer: IngestAnswer): PublishAnswer {
  if ('refused' in answer) {
    const code = answer.isBusy ? 'NetStream.Publish.BadName' : 'NetStream.Publish.Unauthorized';
    return { refused: answer.refused, code };
  }
  const { media, closed } = answer.sink;
  const demuxer = new FlvDemuxer(media);
  return { sink: { media: (kind, timestampMs, payload) => demuxer.tag(kind, timestampMs, payload), closed } };
}
