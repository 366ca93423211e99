import type { Acknowledgement, ClientEventName, RoomEvent, SocketError } from '@vybekart/contract';
import { durableEvents, serverEvents } from '@vybekart/contract';
import { io, type Socket } from 'socket.io-client';
import type { Person } from '../support/start-server.ts';

type Success<N extends ClientEventName> = Extract<Acknowledgement<N>, { ok: true }>;

interface TabOptions {
  namespace?: string;
  extraHeaders?: Record<string, string>;
  query?: Record<string, string>;
  transports?: ['polling'];
}

/** A stock Socket.IO client in `/streams` that keeps what it receives, checked against the contract. */
export class Tab implements Disposable {
  /** Every event as it came, in order. */
  readonly received: { event: string; payload: Record<string, unknown> }[] = [];
  /** Payloads that the contract does not know. */
  readonly strange: unknown[] = [];
  disconnectReason: string | null = null;

  private constructor(readonly socket: Socket) {
    socket.onAny((event: string, payload: Record<string, unknown>) => {
      this.received.push({ event, payload });
      const schema = serverEvents[event as keyof typeof serverEvents];
      if (!schema?.safeParse(payload).success) this.strange.push({ event, payload });
    });
    socket.on('disconnect', (reason) => {
      this.disconnectReason = reason;
    });
  }

  /** Rejects with the `connect_error`, whose `data` says why. */
  static async open(
    url: string,
    auth: object = {},
    { namespace = '/streams', ...options }: TabOptions = {},
  ): Promise<Tab> {
    const socket = io(`${url}${namespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth,
      ...options,
    });
    const tab = new Tab(socket);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      });
      return tab;
    } catch (error) {
      socket.disconnect();
      throw error;
    }
  }

  static of(url: string, person: Person, deviceId?: string): Promise<Tab> {
    return Tab.open(url, { token: person.client.session.currentToken()?.token, deviceId });
  }

  /** The acknowledgement, whatever it says. */
  async ask(event: string, ...payload: unknown[]): Promise<Record<string, unknown>> {
    return this.socket.timeout(30_000).emitWithAck(event, ...payload);
  }

  /** The fields of a positive acknowledgement; throws the error of a negative one. */
  async do<N extends ClientEventName>(event: N, payload: object): Promise<Success<N>> {
    const answer = (await this.ask(event, payload)) as Acknowledgement<N>;
    if (!answer.ok) throw Object.assign(new Error(answer.error.code), answer.error);
    return answer as Success<N>;
  }

  /** The code of a negative acknowledgement, `ok` for a positive one. */
  async codeOf(event: string, ...payload: unknown[]): Promise<string> {
    const answer = (await this.ask(event, ...payload)) as { ok: boolean; error?: SocketError };
    return answer.ok ? 'ok' : String(answer.error?.code);
  }

  payloads(event: string): Record<string, unknown>[] {
    return this.received.filter((each) => each.event === event).map((each) => each.payload);
  }

  /** The durable events, in the shape of `missed`. */
  get durable(): RoomEvent[] {
    return this.received
      .filter(({ event }) => Object.hasOwn(durableEvents, event))
      .map(({ event, payload }) => ({ event, ...payload }) as unknown as RoomEvent);
  }

  get texts(): string[] {
    return this.durable.flatMap((event) => (event.event === 'new_message' ? [event.message.text] : []));
  }

  close(): void {
    this.socket.disconnect();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
