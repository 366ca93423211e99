import { errorTable } from '@vybekart/contract';
import type { AccessTokens } from '../accounts/access-tokens.ts';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Caller } from '../platform/endpoint.ts';
import type { OriginPolicy } from '../platform/origin-policy.ts';
import { toAppError } from '../platform/problem-filter.ts';
import type { StreamsSocket, UserSockets } from '../platform/user-sockets.ts';

type Verified = Caller & { expiresAt: Date };

/** Longest delay of a Node timer. */
const maxDelayMs = 2 ** 31 - 1;
/** Below the 20,000 file descriptors that a process commonly gets, with room for HTTP, video and the database. */
const maxSockets = 15_000;

/** Who a socket speaks for: decided in the handshake, renewed by `reauth`, over when the token expires. */
export class SocketAuth {
  readonly #expiry = new WeakMap<StreamsSocket, NodeJS.Timeout>();
  readonly #signedIn = new WeakMap<StreamsSocket, Verified>();

  constructor(
    private readonly tokens: AccessTokens,
    private readonly origins: OriginPolicy,
    private readonly users: UserSockets,
    private readonly clock: Clock,
  ) {}

  /** A namespace middleware: a refusal reaches the client as `connect_error` with `data.code`. */
  readonly admit = (socket: StreamsSocket, next: (error?: Error) => void): void => {
    this.#identify(socket).then(
      () => next(),
      (error: unknown) => next(refusal(toAppError(error))),
    );
  };

  /** Call when the socket is connected: private events reach it from now on, until its token expires. */
  async connected(socket: StreamsSocket): Promise<void> {
    const verified = this.#signedIn.get(socket);
    if (!verified) return;
    this.#watchExpiry(socket, verified.expiresAt);
    await this.users.enrol(socket, verified);
  }

  disconnected(socket: StreamsSocket): void {
    clearTimeout(this.#expiry.get(socket));
  }

  /** The same person with a newer token. Throws `unauthorized` for another person or a guest. */
  async renew(socket: StreamsSocket, token: string): Promise<Date> {
    const verified = await this.tokens.verify(token);
    if (!socket.connected || socket.data.caller?.userId !== verified.userId)
      throw new AppError('unauthorized');
    socket.data.caller = verified;
    this.#watchExpiry(socket, verified.expiresAt);
    await this.users.enrol(socket, verified);
    return verified.expiresAt;
  }

  async #identify(socket: StreamsSocket): Promise<void> {
    const { headers, auth } = socket.handshake;
    if (!this.origins.isAllowed(headers.origin, headers.host)) throw new AppError('forbidden_origin');
    if (socket.nsp.sockets.size >= maxSockets) throw new AppError('unavailable', { retryAfterMs: 10_000 });
    const token: unknown = auth.token;
    socket.data.caller = null;
    if (token === undefined || token === null) return;
    if (typeof token !== 'string') throw new AppError('unauthorized');
    const verified = await this.tokens.verify(token);
    socket.data.caller = verified;
    this.#signedIn.set(socket, verified);
  }

  #watchExpiry(socket: StreamsSocket, expiresAt: Date): void {
    clearTimeout(this.#expiry.get(socket));
    const delayMs = Math.min(maxDelayMs, expiresAt.getTime() - this.clock.now().getTime());
    this.#expiry.set(
      socket,
      setTimeout(() => {
        const error = { code: 'token_expired', message: errorTable.token_expired.title } as const;
        socket.emit('error_event', { event: 'connect', error });
        socket.disconnect(true);
      }, delayMs),
    );
  }
}

function refusal(error: AppError): Error {
  const { code, facts } = error;
  const { title } = errorTable[code];
  return Object.assign(new Error(title), { data: { code, message: title, ...facts } });
}
