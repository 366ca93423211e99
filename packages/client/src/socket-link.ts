import type { Acknowledgement, ClientEventName, ClientPayloads, ServerEventName } from '@vybekart/contract';
import { io, type Socket } from 'socket.io-client';
import { ApiError } from './api-error.ts';
import { Alarm, type Clock } from './clock.ts';

export type Acknowledged<N extends ClientEventName> = Extract<Acknowledgement<N>, { ok: true }>;

export interface SocketLinkOptions {
  url: string;
  auth: { deviceId: string; token?: string };
  timeoutMs: number;
  clock: Clock;
  onConnected: () => void;
  /** The handshake failed; `data` is what the server said, undefined when it was not reached. */
  onRefused: (data: unknown) => void;
  onLost: () => void;
  onEvent: (name: ServerEventName, payload: unknown) => void;
}

const acknowledgeTimeoutMs = 10_000;

/** One connection of one socket, from the handshake to its loss; it never connects a second time. */
export class SocketLink {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #pending = new Set<(error: ApiError) => void>();
  #lastHeardMs: number;

  constructor(options: SocketLinkOptions) {
    this.#clock = options.clock;
    this.#lastHeardMs = options.clock.now();
    this.#socket = io(options.url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      timeout: options.timeoutMs,
      auth: options.auth,
    });
    this.#socket.on('connect', () => {
      this.#socket.io.engine.on('packet', () => {
        this.#lastHeardMs = this.#clock.now();
      });
      options.onConnected();
    });
    this.#socket.on('connect_error', (error: Error & { data?: unknown }) => options.onRefused(error.data));
    this.#socket.on('disconnect', () => options.onLost());
    this.#socket.onAny(options.onEvent);
  }

  /** When the server was last heard of, its pings included. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  /** Rejects with ApiError: the server's code, `timeout` after 10 s, `network` when the link is closed before. */
  request<N extends ClientEventName>(event: N, payload: ClientPayloads[N]): Promise<Acknowledged<N>> {
    return new Promise((resolve, reject) => {
      const timeout = new Alarm(this.#clock);
      const settle = () => {
        timeout.clear();
        this.#pending.delete(fail);
      };
      const fail = (error: ApiError) => {
        settle();
        reject(error);
      };
      this.#pending.add(fail);
      timeout.set(acknowledgeTimeoutMs, () => fail(new ApiError({ code: 'timeout' })));
      this.#socket.emit(event, payload, (answer: Acknowledgement<N> | undefined) => {
        if (!answer?.ok) return fail(ApiError.fromSocket(answer?.error));
        settle();
        resolve(answer as Acknowledged<N>);
      });
    });
  }

  close(): void {
    this.#socket.off();
    this.#socket.offAny();
    this.#socket.disconnect();
    for (const fail of [...this.#pending]) fail(new ApiError({ code: 'network' }));
  }
}
