import {
  type Acknowledgement,
  type ClientEventName,
  type ClientPayloads,
  clientEvents,
  errorTable,
  type SocketError,
} from '@vybekart/contract';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Caller } from '../platform/endpoint.ts';
import { newId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { toAppError } from '../platform/problem-filter.ts';
import { type Rate, TokenBucket } from '../platform/rate-limits.ts';
import type { StreamsSocket } from '../platform/user-sockets.ts';
import { parse } from '../platform/validation.ts';

type Success<N extends ClientEventName> = Omit<Extract<Acknowledgement<N>, { ok: true }>, 'ok'>;

/** Events of guests and of members. */
interface OpenHandler<N extends ClientEventName> {
  access: 'anybody';
  act(socket: StreamsSocket, payload: ClientPayloads[N]): Promise<Success<N>>;
}
interface SignedInHandler<N extends ClientEventName> {
  access: 'signed-in';
  act(socket: StreamsSocket, payload: ClientPayloads[N], caller: Caller): Promise<Success<N>>;
}

/** One handler for each client event of the contract. */
export type Handlers = { [N in ClientEventName]: OpenHandler<N> | SignedInHandler<N> };

/** Of one socket, all events together. */
const eventRate: Rate = { burst: 60, refillMs: 50 };
/** So many refusals in a row are no accident: the socket is cut. */
const maxRefusals = 300;

/**
 * Answers every event of a socket: rate, sign-in, schema, then the handler. The answer goes to the acknowledgement, or
 * without one, when it is an error, to `error_event`. Nothing that a client sends makes this throw.
 */
export function bindEvents(
  socket: StreamsSocket,
  handlers: Handlers,
  { clock, log }: { clock: Clock; log: Log },
): void {
  let refusals = 0;
  const bucket = new TokenBucket(eventRate, clock.monotonicMs());
  socket.onAny((...args: unknown[]) => {
    const [event, ...values] = args;
    const retryAfterMs = bucket.take(eventRate, clock.monotonicMs());
    refusals = retryAfterMs > 0 ? refusals + 1 : 0;
    if (refusals > maxRefusals) socket.disconnect(true);
    else void answer(socket, handlers, log, { event: String(event), values, retryAfterMs });
  });
}

interface Arrival {
  event: string;
  values: unknown[];
  retryAfterMs: number;
}

async function answer(
  socket: StreamsSocket,
  handlers: Handlers,
  log: Log,
  { event, values, retryAfterMs }: Arrival,
): Promise<void> {
  const last = values.at(-1);
  const acknowledge = typeof last === 'function' ? (last as (answer: object) => void) : null;
  const payloads = acknowledge ? values.slice(0, -1) : values;
  try {
    if (retryAfterMs > 0) throw new AppError('rate_limited', { retryAfterMs });
    if (!isClientEvent(event)) throw new AppError('unknown_event');
    const success = await act(socket, handlers, event, payloads);
    acknowledge?.({ ok: true, ...success });
  } catch (error) {
    const known = toAppError(error);
    const requestId = newId();
    if (errorTable[known.code].http >= 500) {
      log.error({ err: known.cause ?? known, event, requestId }, 'a socket event failed');
    }
    const failure = socketError(known, requestId);
    if (acknowledge) acknowledge({ ok: false, error: failure });
    else socket.emit('error_event', { event: event.slice(0, 100), error: failure });
  }
}

function isClientEvent(event: string): event is ClientEventName {
  return Object.hasOwn(clientEvents, event);
}

async function act<N extends ClientEventName>(
  socket: StreamsSocket,
  handlers: Handlers,
  event: N,
  payloads: unknown[],
): Promise<Success<N>> {
  const handler: OpenHandler<N> | SignedInHandler<N> = handlers[event];
  const { caller } = socket.data;
  if (handler.access === 'signed-in' && !caller) throw new AppError('unauthorized');
  if (payloads.length !== 1) {
    throw new AppError('validation_failed', {
      fields: [{ path: '', code: 'invalid_type', detail: 'send one object' }],
    });
  }
  const payload = parse(clientEvents[event], payloads[0]) as ClientPayloads[N];
  return handler.access === 'signed-in'
    ? handler.act(socket, payload, caller as Caller)
    : handler.act(socket, payload);
}

function socketError({ code, facts }: AppError, requestId: string): SocketError {
  return { code, message: errorTable[code].title, requestId, ...facts };
}
