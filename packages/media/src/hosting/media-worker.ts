// The media server in a thread or a process of its own: does what `RemoteMediaHost` on the other side asks for.
import { parentPort } from 'node:worker_threads';
import { LocalMediaHost } from './local-media-host.ts';
import type { MediaHostSettings } from './media-host.ts';
import type { FromMedia, ToMedia } from './messages.ts';

const GLANCE_EVERY_MS = 1_000;

function tell(message: FromMedia): void {
  if (parentPort) parentPort.postMessage(message);
  else if (process.connected) process.send?.(message);
}

class MediaWorker {
  readonly #host: LocalMediaHost;
  readonly #known = new Set<string>();
  readonly #authorizing = new Map<number, (answer: { playbackId: string } | { refused: string }) => void>();
  #asked = 0;

  constructor(settings: MediaHostSettings) {
    this.#host = new LocalMediaHost(settings, {
      authorize: (streamKey) => this.#authorize(streamKey),
      on: (event) => {
        this.#known.add(event.playbackId);
        tell({ kind: 'event', event, glance: this.#host.glance(event.playbackId) });
      },
      log: (line) => tell({ kind: 'log', line }),
      alert: (line) => tell({ kind: 'alert', line }),
    });
    setInterval(() => this.#glance(), GLANCE_EVERY_MS);
  }

  receive(message: Exclude<ToMedia, { kind: 'start' }>): void {
    if (message.kind === 'call') void this.#call(message);
    else {
      this.#authorizing.get(message.id)?.(message.answer);
      this.#authorizing.delete(message.id);
    }
  }

  async #call({ id, name, args }: Extract<ToMedia, { kind: 'call' }>): Promise<void> {
    try {
      const method = this.#host[name] as (...args: unknown[]) => Promise<unknown>;
      tell({ kind: 'answer', id, value: await method.apply(this.#host, args) });
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      tell({ kind: 'failure', id, message, ...(code === undefined ? {} : { code }) });
    }
  }

  #authorize(streamKey: string): Promise<{ playbackId: string } | { refused: string }> {
    const id = ++this.#asked;
    tell({ kind: 'authorize', id, streamKey });
    return new Promise((resolve) => this.#authorizing.set(id, resolve));
  }

  #glance(): void {
    const glances = [...this.#known].flatMap((playbackId) => {
      const glance = this.#host.glance(playbackId);
      if (!glance) this.#known.delete(playbackId);
      return glance ? [[playbackId, glance] as [string, typeof glance]] : [];
    });
    tell({ kind: 'glances', glances });
  }
}

let worker: MediaWorker | null = null;
const receive = (message: ToMedia) => {
  if (message.kind !== 'start') worker?.receive(message);
  else {
    worker = new MediaWorker(message.settings);
    tell({ kind: 'ready' });
  }
};
if (parentPort) {
  parentPort.on('message', receive);
} else {
  process.on('message', receive);
  process.on('disconnect', () => process.exit(0));
  // A signal to the whole group is for the owner to obey: it closes this process in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
}
