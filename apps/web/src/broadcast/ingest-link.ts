import { encodeHello } from './ingest-wire';

/** From the first byte to the permission. */
const OPEN_WITHIN_MS = 10_000;
/** A network that takes nothing for so long is gone, whatever the socket believes. */
const STUCK_AFTER_MS = 6_000;
const ABNORMAL = 1006;

export interface IngestLinkOptions {
  url: string;
  ticket: string;
  onOpen: () => void;
  /** Once, whoever ended it: with the close code. */
  onClosed: (code: number) => void;
}

/** One connection to the server: presents its ticket, then carries messages. */
export class IngestLink {
  readonly #socket: WebSocket;
  readonly #options: IngestLinkOptions;
  #isOpen = false;
  #isOver = false;
  readonly #opening: ReturnType<typeof setTimeout>;
  #bytesSent = 0;
  #bytesLeft = 0;
  #movedAtMs = 0;

  constructor(options: IngestLinkOptions) {
    this.#options = options;
    const socket = new WebSocket(options.url);
    this.#socket = socket;
    socket.addEventListener('open', () => socket.send(encodeHello(options.ticket)));
    socket.addEventListener('message', () => this.#open());
    socket.addEventListener('close', ({ code }) => this.#end(code));
    this.#opening = setTimeout(() => this.#end(ABNORMAL), OPEN_WITHIN_MS);
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#isOver;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** What has left the browser. */
  get leftBytes(): number {
    return this.#bytesSent - this.#socket.bufferedAmount;
  }

  send(message: Uint8Array<ArrayBuffer>): void {
    if (!this.isOpen) return;
    this.#socket.send(message);
    this.#bytesSent += message.length;
  }

  /** To be called a few times a second: notices a network that takes nothing any more. */
  watch(nowMs: number): void {
    const left = this.leftBytes;
    if (left !== this.#bytesLeft || this.#socket.bufferedAmount === 0) {
      this.#bytesLeft = left;
      this.#movedAtMs = nowMs;
    } else if (this.isOpen && nowMs - this.#movedAtMs > STUCK_AFTER_MS) {
      this.#end(ABNORMAL);
    }
  }

  close(): void {
    this.#end(null);
  }

  #open(): void {
    if (this.#isOpen || this.#isOver) return;
    clearTimeout(this.#opening);
    this.#isOpen = true;
    this.#movedAtMs = performance.now();
    this.#options.onOpen();
  }

  /** `code` null: by ourselves, which nobody has to hear of. */
  #end(code: number | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#opening);
    this.#socket.close();
    if (code !== null) this.#options.onClosed(code);
  }
}
