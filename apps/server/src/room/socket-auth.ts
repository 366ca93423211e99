import { errorTable, Id } from '@vybekart/contract';
import type { AccessTokens } from '../accounts/access-tokens.ts';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import { toAppError } from '../platform/problem-filter.ts';
import type { StreamsSocket, UserSockets } from '../platform/user-sockets.ts';
import { connectError } from './connect-error.ts';

/** Below the 20,000 file descriptors that a process commonly gets, with room for HTTP, video and the database. */
const maxSockets = 15_000;
/** One look for all sockets instead of a timer for each. */
const lookForExpiredMs = 500;

/** Who a socket speaks for: decided in the handshake, renewed by `reauth`, over when the token expires. */
export class SocketAuth {
  readonly #signedIn = new Set<StreamsSocket>();
  #looking: NodeJS.Timeout | undefined;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly users: UserSockets,
    private readonly clock: Clock,
  ) {}

  /** A namespace middleware: a refusal reaches the client as `connect_error` with `data.code`. */
  readonly admit = (socket: StreamsSocket, next: (error?: Error) => void): void => {
    this.#identify(socket).then(
      () => next(),
      (error: unknown) => {
        const { message, data } = connectError(toAppError(error));
        next(Object.assign(new Error(message), { data }));
      },
    );
  };

  /** Call when the socket is connected: private events reach it from now on, until its token expires. */
  connected(socket: StreamsSocket): void {
    const { caller } = socket.data;
    if (!caller) return;
    this.#signedIn.add(socket);
    this.#looking ??= setInterval(() => this.#cutExpired(), lookForExpiredMs).unref();
    this.users.enrol(socket, caller);
  }

  disconnected(socket: StreamsSocket): void {
    const { caller } = socket.data;
    if (!caller) return;
    this.#signedIn.delete(socket);
    this.users.dismiss(socket, caller);
    if (this.#signedIn.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  /** The same person with a newer token. Throws `unauthorized` for another person or a guest. */
  async renew(socket: StreamsSocket, token: string): Promise<Date> {
    const verified = await this.tokens.verify(token);
    const { caller } = socket.data;
    if (!socket.connected || caller?.userId !== verified.userId) throw new AppError('unauthorized');
    this.users.dismiss(socket, caller);
    socket.data.caller = verified;
    this.users.enrol(socket, verified);
    return verified.expiresAt;
  }

  async #identify(socket: StreamsSocket): Promise<void> {
    const { auth } = socket.handshake;
    if (socket.nsp.sockets.size >= maxSockets) throw new AppError('unavailable', { retryAfterMs: 10_000 });
    const token: unknown = auth.token;
    socket.data.caller = null;
    socket.data.deviceId = auth.deviceId === undefined ? null : (Id.safeParse(auth.deviceId).data ?? null);
    socket.data.rooms = [];
    if (token === undefined || token === null) return;
    if (typeof token !== 'string') throw new AppError('unauthorized');
    socket.data.caller = await this.tokens.verify(token);
  }

  #cutExpired(): void {
    const nowMs = this.clock.now().getTime();
    for (const socket of this.#signedIn) {
      const { caller } = socket.data;
      if (!caller || caller.expiresAt.getTime() > nowMs) continue;
      const error = { code: 'token_expired', message: errorTable.token_expired.title } as const;
      socket.emit('error_event', { event: 'connect', error });
      socket.disconnect(true);
    }
  }
}
