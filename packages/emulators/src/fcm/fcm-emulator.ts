import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Clock, systemClock } from '../clock.ts';
import { listen } from '../listen.ts';
import { type RandomBytes, randomText, systemRandom } from '../random.ts';
import { readBody } from '../read-body.ts';
import { FcmControl, type SendFault } from './fcm-control.ts';
import {
  GoogleError,
  internal,
  invalidArgument,
  notFound,
  permissionDenied,
  quotaExceeded,
  unauthenticated,
  unavailable,
  unregistered,
} from './google-error.ts';
import { Inboxes, type ReceivedMessage } from './inboxes.ts';
import { readSendRequest } from './message.ts';
import { newServiceAccount, type ServiceAccount } from './service-account.ts';
import { TokenEndpoint } from './token-endpoint.ts';

const MAX_BODY_BYTES = 64 * 1024;
const SEND = /^\/v1\/projects\/([^/]{1,100})\/messages:send$/;
const INBOX = '/inbox/';

export interface FcmEmulatorOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0, any free port. */
  port?: number;
  projectId?: string;
  clock?: Clock;
  random?: RandomBytes;
}

/**
 * A stand-in for Firebase Cloud Messaging: Google's token endpoint, `messages:send` of HTTP v1, and an inbox for each
 * registration token (any well-formed one is taken for registered) at `GET /inbox/{token}`.
 * Limits: in memory, no topics' subscribers, no batch sending. Successor: FCM itself.
 */
export class FcmEmulator {
  readonly url: string;
  /** What a client of FCM is configured with; its `token_uri` leads here. */
  readonly serviceAccount: ServiceAccount;
  readonly control: FcmControl;
  readonly #server: Server;
  readonly #tokens: TokenEndpoint;
  readonly #inboxes = new Inboxes();
  readonly #clock: Clock;
  readonly #random: RandomBytes;

  private constructor(
    url: string,
    server: Server,
    serviceAccount: ServiceAccount,
    tokens: TokenEndpoint,
    clock: Clock,
    random: RandomBytes,
  ) {
    this.url = url;
    this.serviceAccount = serviceAccount;
    this.control = new FcmControl(tokens);
    this.#server = server;
    this.#tokens = tokens;
    this.#clock = clock;
    this.#random = random;
  }

  static async start(options: FcmEmulatorOptions = {}): Promise<FcmEmulator> {
    const { host = '127.0.0.1', port = 0, projectId = 'vybekart-local' } = options;
    const { clock = systemClock, random = systemRandom } = options;
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 });
    const { url } = await listen(server, host, port);
    const { serviceAccount, publicKey } = await newServiceAccount(projectId, url, random);
    const tokens = new TokenEndpoint(serviceAccount, publicKey, clock, random);
    const emulator = new FcmEmulator(url, server, serviceAccount, tokens, clock, random);
    server.on('request', (request, response) => {
      emulator.#handle(request, response).catch(() => response.destroy());
    });
    return emulator;
  }

  /** What arrived for a registration token, the oldest first. */
  inbox(token: string): readonly ReceivedMessage[] {
    return this.#inboxes.of(token);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] as string;
    const body = await readBody(request, MAX_BODY_BYTES);
    try {
      if (body === null) throw invalidArgument({ field: 'body', description: 'is too large' });
      if (request.method === 'POST' && path === '/token') {
        const { status, body: answer } = this.#tokens.exchange(body.toString());
        send(response, status, answer);
      } else if (request.method === 'GET' && path.startsWith(INBOX)) {
        send(response, 200, { messages: this.inbox(path.slice(INBOX.length)) });
      } else if (request.method === 'POST' && SEND.test(path)) {
        const answer = this.#sendMessage(path, request.headers.authorization, body.toString());
        if (answer) send(response, 200, answer);
      } else {
        throw notFound();
      }
    } catch (error) {
      const known = error instanceof GoogleError ? error : internal();
      const retry =
        known.retryAfterSeconds === null ? {} : { 'retry-after': String(known.retryAfterSeconds) };
      send(response, known.code, known.body, retry);
    }
  }

  /** `null` when the request is never to be answered. */
  #sendMessage(path: string, authorization: string | undefined, body: string): { name: string } | null {
    const accessToken = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    if (accessToken === undefined) throw unauthenticated('CREDENTIALS_MISSING');
    if (!this.#tokens.isValid(accessToken)) throw unauthenticated('ACCESS_TOKEN_EXPIRED');
    const project = SEND.exec(path)?.[1] ?? '';
    if (project !== this.serviceAccount.project_id) throw permissionDenied(project);
    const { message, isValidateOnly } = readSendRequest(body);
    const fault = this.control.takeFault();
    if (fault?.kind === 'hang') return null;
    if (fault) throw errorOf(fault);
    const { token } = message;
    if (token !== undefined && this.control.isUnregistered(token)) throw unregistered();
    const number = this.#clock.now() * 1000;
    const name = `projects/${project}/messages/0:${number}%${randomText(this.#random, 16)}`;
    if (isValidateOnly) return { name: `projects/${project}/messages/fake_message_id` };
    if (token !== undefined) {
      this.#inboxes.deliver(token, { name, receivedAtMs: this.#clock.now(), message });
    }
    return { name };
  }
}

function errorOf(fault: SendFault): GoogleError {
  switch (fault.kind) {
    case 'quota_exceeded':
      return quotaExceeded(fault.retryAfterSeconds);
    case 'unavailable':
      return unavailable(fault.retryAfterSeconds);
    default:
      return internal();
  }
}

function send(response: ServerResponse, status: number, body: object, headers: object = {}): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
