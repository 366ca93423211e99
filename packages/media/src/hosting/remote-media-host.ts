import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TlsIdentity } from '../rtmp/rtmp-server.ts';
import type { StreamHealth } from '../stream-health.ts';
import { forwardUpgrade } from './forward-upgrade.ts';
import type { Glance, MediaHost, MediaHostOwner, MediaHostSettings, RecordedSummary } from './media-host.ts';
import type { FromMedia, RemoteCall } from './messages.ts';
import { type Runner, runners } from './runner.ts';

const ANSWER_TIMEOUT_MS = 5_000;
/** Closing waits for the disk. */
const CLOSE_TIMEOUT_MS = 10_000;
const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 5_000;

export interface RemoteMediaOptions {
  runsIn: keyof typeof runners;
  settings: MediaHostSettings;
  owner: MediaHostOwner;
  /** A media server that says nothing for so long is stuck: it is killed and started again. */
  stuckAfterMs?: number;
  /** Another program than `media-worker`. */
  entry?: URL;
}

/** Beside this file as a source, beside the bundle as a build. */
const builtEntry = new URL(
  import.meta.url.endsWith('.ts') ? './media-worker.ts' : './media-worker.js',
  import.meta.url,
);

type Settle = { resolve: (value: unknown) => void; reject: (error: Error) => void };
type Listening = { name: RemoteCall; args: unknown[] };

/**
 * The media server in a thread or a process of its own, with its own ports: whatever it does, this thread's work is not
 * delayed. If it ends it is started again on the same ports; what was on air is told as interrupted, and its encoders
 * have the grace period to come back. Only recordings outlive it.
 */
export class RemoteMediaHost implements MediaHost {
  readonly #options: Required<RemoteMediaOptions>;
  readonly #calls = new Map<number, Settle>();
  readonly #glances = new Map<string, Glance>();
  readonly #listening: Listening[] = [];
  readonly #secret = randomBytes(16).toString('base64url');
  #upgradePort = 0;
  #runner: Runner | null = null;
  #called = 0;
  #restartMs = FIRST_RESTART_MS;
  #restart: NodeJS.Timeout | null = null;
  #watch: NodeJS.Timeout | null = null;
  #isClosed = false;

  private constructor(options: RemoteMediaOptions) {
    this.#options = { stuckAfterMs: 15_000, entry: builtEntry, ...options };
  }

  /** Rejects if the program cannot be started. */
  static async start(options: RemoteMediaOptions): Promise<RemoteMediaHost> {
    const host = new RemoteMediaHost(options);
    try {
      await host.#run();
      host.#upgradePort = await host.#listen('listenUpgrades', 0, host.#secret);
      return host;
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  listenRtmp(port: number, host: string): Promise<number> {
    return this.#listen('listenRtmp', port, host);
  }

  listenRtmps(port: number, host: string, identity: TlsIdentity): Promise<number> {
    return this.#listen('listenRtmps', port, host, identity);
  }

  /** An HTTP server for viewers alone, which is not in this thread either. As `LocalMediaHost.listenHttp`. */
  listenHttp(port: number, host: string): Promise<number> {
    return this.#listen('listenHttp', port, host);
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    forwardUpgrade(request, socket, head, { port: this.#upgradePort, peer: `${this.#secret} ${address}` });
  }

  async status(playbackId: string): Promise<StreamHealth | null> {
    return (await this.#call('status', [playbackId])) as StreamHealth | null;
  }

  glance(playbackId: string): Glance | null {
    return this.#glances.get(playbackId) ?? null;
  }

  async disconnect(playbackId: string, reason: string): Promise<void> {
    await this.#call('disconnect', [playbackId, reason]);
  }

  async end(playbackId: string): Promise<void> {
    await this.#call('end', [playbackId]);
  }

  async recording(playbackId: string): Promise<RecordedSummary | null> {
    return (await this.#call('recording', [playbackId])) as RecordedSummary | null;
  }

  async removeRecording(playbackId: string): Promise<void> {
    await this.#call('removeRecording', [playbackId]);
  }

  async archiveRecording(playbackId: string): Promise<boolean> {
    return (await this.#call('archiveRecording', [playbackId])) as boolean;
  }

  async idleRecordings(idleMs: number): Promise<string[]> {
    return (await this.#call('idleRecordings', [idleMs])) as string[];
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#restart) clearTimeout(this.#restart);
    if (this.#runner) await this.#call('close', [], CLOSE_TIMEOUT_MS).catch(() => {});
    this.#kill();
  }

  async #listen(name: RemoteCall, port: number, ...rest: unknown[]): Promise<number> {
    const bound = (await this.#call(name, [port, ...rest])) as number;
    this.#listening.push({ name, args: [bound, ...rest] });
    return bound;
  }

  #run(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { runsIn, entry, settings } = this.#options;
      const runner: Runner = runners[runsIn](entry, {
        message: (message) => {
          if (this.#runner !== runner) return;
          this.#expectWord();
          if (message.kind === 'ready') resolve();
          else this.#receive(message);
        },
        exit: (why) => {
          reject(new Error(`the media ${runsIn} ended: ${why}`));
          if (this.#runner === runner) this.#lost(why);
        },
      });
      this.#runner = runner;
      this.#expectWord();
      runner.post({ kind: 'start', settings });
    });
  }

  #receive(message: Exclude<FromMedia, { kind: 'ready' }>): void {
    const { owner } = this.#options;
    switch (message.kind) {
      case 'answer':
        this.#take(message.id)?.resolve(message.value);
        break;
      case 'failure':
        this.#take(message.id)?.reject(Object.assign(new Error(message.message), { code: message.code }));
        break;
      case 'authorize':
        void this.#authorize(message.id, message.streamKey);
        break;
      case 'event': {
        const { event, glance } = message;
        if (glance) this.#glances.set(event.playbackId, glance);
        else this.#glances.delete(event.playbackId);
        owner.on(event);
        break;
      }
      case 'glances':
        this.#glances.clear();
        for (const [playbackId, glance] of message.glances) this.#glances.set(playbackId, glance);
        break;
      default:
        owner[message.kind](message.line);
    }
  }

  async #authorize(id: number, streamKey: string): Promise<void> {
    const runner = this.#runner;
    const answer = await this.#options.owner
      .authorize(streamKey)
      .catch(() => ({ refused: 'the stream key could not be checked' }));
    runner?.post({ kind: 'authorized', id, answer });
  }

  #call(name: RemoteCall, args: unknown[], timeoutMs = ANSWER_TIMEOUT_MS): Promise<unknown> {
    const runner = this.#runner;
    if (!runner) return Promise.reject(new Error('the media server is being started again'));
    const id = ++this.#called;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#take(id)?.reject(new Error('the media server does not answer')),
        timeoutMs,
      );
      const settle = (done: () => void) => {
        clearTimeout(timer);
        done();
      };
      this.#calls.set(id, {
        resolve: (value) => settle(() => resolve(value)),
        reject: (error) => settle(() => reject(error)),
      });
      runner.post({ kind: 'call', id, name, args });
    });
  }

  #take(id: number): Settle | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }

  /** It tells something every second. */
  #expectWord(): void {
    if (this.#watch) clearTimeout(this.#watch);
    const { stuckAfterMs } = this.#options;
    this.#watch = setTimeout(() => {
      this.#options.owner.alert(`the media server says nothing for ${stuckAfterMs / 1_000} s and is killed`);
      this.#runner?.kill();
    }, stuckAfterMs).unref();
  }

  #lost(why: string): void {
    const { owner } = this.#options;
    this.#forget();
    if (this.#isClosed) return;
    const reason = `the media server ended: ${why}`;
    owner.alert(`${reason}; it is started again`);
    const onAir = [...this.#glances].filter(([, { state }]) => state === 'live' || state === 'interrupted');
    this.#glances.clear();
    for (const [playbackId] of onAir) owner.on({ type: 'interrupted', playbackId, at: new Date(), reason });
    this.#restart = setTimeout(() => void this.#again(), this.#restartMs);
    this.#restartMs = Math.min(LONGEST_RESTART_MS, 2 * this.#restartMs);
  }

  /** On the ports it had: who was cut comes back to them. */
  async #again(): Promise<void> {
    try {
      await this.#run();
      for (const { name, args } of this.#listening) await this.#call(name, args);
      this.#restartMs = FIRST_RESTART_MS;
      this.#options.owner.alert('the media server is back');
    } catch (error) {
      if (this.#isClosed) return;
      this.#options.owner.log(
        `[media] not started again: ${error instanceof Error ? error.message : 'unknown'}`,
      );
      // An exit has seen to the next attempt; a port that is not free yet has not.
      this.#runner?.kill();
    }
  }

  #forget(): void {
    if (this.#watch) clearTimeout(this.#watch);
    this.#runner = null;
    for (const call of this.#calls.values()) call.reject(new Error('the media server ended'));
    this.#calls.clear();
  }

  #kill(): void {
    const runner = this.#runner;
    this.#forget();
    runner?.kill();
  }
}
