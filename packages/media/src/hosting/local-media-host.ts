import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { MediaServer } from '../media-server.ts';
import { Recordings } from '../recording/recordings.ts';
import type { TlsIdentity } from '../rtmp/rtmp-server.ts';
import type { StreamHealth } from '../stream-health.ts';
import { LoadedArchive } from './archive-module.ts';
import { peerHeader } from './forward-upgrade.ts';
import type { Glance, MediaHost, MediaHostOwner, MediaHostSettings, RecordedSummary } from './media-host.ts';

/** Less than any owner waits for an answer. */
const ARCHIVE_PATIENCE_MS = 2_000;

/** The media server in this thread. One that is busy delays whatever else runs here: `RemoteMediaHost` does not. */
export class LocalMediaHost implements MediaHost {
  readonly #recordings: Recordings;
  readonly #server: MediaServer;
  readonly #httpServers: Server[] = [];
  #archiving: { id: string; done: Promise<boolean> } | null = null;

  constructor({ recording, ...settings }: MediaHostSettings, owner: MediaHostOwner) {
    this.#recordings = new Recordings({
      ...recording,
      archive: recording.archive ? new LoadedArchive(recording.archive) : null,
      alert: (line) => owner.alert(`recording ${line}`),
    });
    const { authorize, on, log } = owner;
    this.#server = new MediaServer({ ...settings, authorize, on, log, recordings: this.#recordings });
  }

  /** Serves playlists and media below `/hls/`; false when the request is not one of these. */
  handleHttp(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#server.handleHttp(request, response);
  }

  listenRtmp(port: number, host: string): Promise<number> {
    return this.#server.listenRtmp(port, host);
  }

  async listenRtmps(port: number, host: string, identity: TlsIdentity): Promise<number> {
    return this.#server.listenRtmps(port, host, identity);
  }

  /** An HTTP server for viewers alone; resolves with the bound port, rejects with the system's error. */
  listenHttp(port: number, host: string): Promise<number> {
    const server = createServer(
      {
        requestTimeout: 15_000,
        headersTimeout: 10_000,
        keepAliveTimeout: 72_000,
        connectionsCheckingInterval: 2_000,
        maxHeaderSize: 16_384,
        noDelay: true,
      },
      (request, response) => {
        if (!this.handleHttp(request, response)) response.writeHead(404, { 'content-length': 0 }).end();
      },
    );
    return this.#open(server, port, host);
  }

  #open(server: Server, port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        this.#httpServers.push(server);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    this.#server.handleUpgrade(request, socket, head, address);
  }

  /**
   * Takes upgrades that the owner passes on from its own HTTP port, on loopback alone; `secret` stands before the
   * address of the peer.
   */
  listenUpgrades(port: number, secret: string): Promise<number> {
    const server = createServer((_, response) => response.writeHead(404).end());
    server.on('upgrade', (request, socket, head) => {
      const [word, address] = String(request.headers[peerHeader]).split(' ');
      if (word === secret && address) this.handleUpgrade(request, socket, head, address);
      else socket.destroy();
    });
    return this.#open(server, port, '127.0.0.1');
  }

  async status(playbackId: string): Promise<StreamHealth | null> {
    return this.#server.status(playbackId);
  }

  glance(playbackId: string): Glance | null {
    const health = this.#server.status(playbackId);
    return health && { state: health.state, thumbnail: this.#server.thumbnail(playbackId) };
  }

  async disconnect(playbackId: string, reason: string): Promise<void> {
    this.#server.disconnect(playbackId, reason);
  }

  async end(playbackId: string): Promise<void> {
    this.#server.end(playbackId);
  }

  async recording(playbackId: string): Promise<RecordedSummary | null> {
    const recording = await this.#recordings.find(playbackId);
    if (!recording) return null;
    const { startedAt, durationMs, bytes, stretches } = recording;
    return { startedAt, durationMs, bytes, stretches };
  }

  removeRecording(playbackId: string): Promise<void> {
    return this.#recordings.remove(playbackId);
  }

  async archiveRecording(playbackId: string): Promise<boolean> {
    if (this.#archiving && this.#archiving.id !== playbackId) return false;
    this.#archiving ??= {
      id: playbackId,
      done: this.#recordings.archive(playbackId).finally(() => {
        this.#archiving = null;
      }),
    };
    const { done } = this.#archiving;
    // Nobody may be waiting any more when it fails; it is tried again.
    done.catch(() => {});
    const patience = Promise.withResolvers<false>();
    const timer = setTimeout(() => patience.resolve(false), ARCHIVE_PATIENCE_MS);
    return Promise.race([done, patience.promise]).finally(() => clearTimeout(timer));
  }

  idleRecordings(idleMs: number): Promise<string[]> {
    return this.#recordings.idle(Date.now(), idleMs);
  }

  async close(): Promise<void> {
    await this.#server.close();
    const closed = this.#httpServers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const server of this.#httpServers) server.closeAllConnections();
    await Promise.all(closed);
  }
}
