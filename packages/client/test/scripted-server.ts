import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Acknowledgement,
  type ClientEventName,
  type ClientPayloads,
  type ClientToServerEvents,
  clientEvents,
  type DurablePayloads,
  type ErrorCode,
  errorTable,
  type Message,
  type RoomEvent,
  type ServerEventName,
  type ServerPayloads,
  type ServerToClientEvents,
  serverEvents,
} from '@vybekart/contract';
import { type Namespace, type Socket, Server as SocketServer } from 'socket.io';
import { ScriptedRoom } from './scripted-room.ts';
import { streamId, viewer, viewerStanding } from './things.ts';

type RoomSocket = Socket<ClientToServerEvents, ServerToClientEvents>;
type Ack<N extends ClientEventName> = Acknowledgement<N>;

export interface HttpCall {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}
type Refusal = { code: ErrorCode; retryAfterMs?: number };
type HttpHandler = (call: HttpCall, response: ServerResponse) => void | Promise<void>;

/** A server that speaks the protocol as a test wants it: what it refuses, loses and repeats is a knob. */
export class ScriptedServer {
  readonly room = new ScriptedRoom();
  /** Every payload that came, by event, in order. */
  readonly received: { [N in ClientEventName]?: ClientPayloads[N][] } = {};
  readonly handshakes: { token?: string }[] = [];
  readonly deviceIds: (string | undefined)[] = [];
  readonly httpCalls: HttpCall[] = [];
  /** Answers instead of the default; undefined leaves the event to the default. */
  /** What the viewer wrote that waits for review. */
  held: Message[] = [];
  answer: { [N in ClientEventName]?: (payload: ClientPayloads[N]) => Ack<N> | undefined } = {};
  /** Events that are carried out but never acknowledged, as often as said. */
  lostAcks: Partial<Record<ClientEventName, number>> = {};
  refuseHandshake: (token: string | undefined) => Refusal | null | Promise<null> = () => null;
  /** The websocket is cut off, as by a proxy that knows only HTTP. */
  isWebsocketBlocked = false;
  http: HttpHandler = (_, response) => problem(response, 'not_found');
  readonly #http: Server;
  readonly #io: SocketServer<ClientToServerEvents, ServerToClientEvents>;
  readonly #namespace: Namespace<ClientToServerEvents, ServerToClientEvents>;

  constructor() {
    this.#http = createServer((request, response) => void this.#serve(request, response));
    this.#io = new SocketServer(this.#http, {
      transports: ['websocket'],
      allowRequest: (_, decide) => decide(null, !this.isWebsocketBlocked),
    });
    this.#namespace = this.#io.of('/streams');
    this.#namespace.use(async (socket, next) => {
      const { token, deviceId } = socket.handshake.auth as { token?: string; deviceId?: string };
      this.handshakes.push({ token });
      this.deviceIds.push(deviceId);
      const refusal = await this.refuseHandshake(token);
      next(refusal ? Object.assign(new Error(refusal.code), { data: refusal }) : undefined);
    });
    this.#namespace.on('connection', (socket) => {
      for (const name of Object.keys(clientEvents) as ClientEventName[]) this.#listen(socket, name);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await this.#io.close();
  }

  get socketCount(): number {
    return this.#namespace.sockets.size;
  }

  /** Connections below Socket.IO: also those whose handshake was refused and that were not closed. */
  get connectionCount(): number {
    return this.#io.engine.clientsCount;
  }

  /** Appends to the log and sends it to the room. */
  happen(body: Parameters<ScriptedRoom['append']>[0]): RoomEvent {
    const event = this.room.append(body);
    this.broadcast(event);
    return event;
  }

  broadcast({ event, ...payload }: RoomEvent): void {
    this.send(event, payload as unknown as DurablePayloads[typeof event]);
  }

  /** To every socket; checked against the contract, so that a test cannot invent a payload. */
  send<N extends ServerEventName>(name: N, payload: ServerPayloads[N]): void {
    serverEvents[name].parse(payload);
    const emit = this.#namespace.emit.bind(this.#namespace) as (event: string, payload: unknown) => void;
    emit(name, payload);
  }

  /** Cuts every connection, as a lost network does. */
  cut(): void {
    for (const socket of this.#namespace.sockets.values()) socket.conn.close();
  }

  #listen<N extends ClientEventName>(socket: RoomSocket, name: N): void {
    const on = socket.on.bind(socket) as unknown as (
      event: string,
      listener: (payload: unknown, acknowledge?: (answer: Ack<N>) => void) => void,
    ) => void;
    on(name, (raw, acknowledge) => {
      const payload = clientEvents[name].parse(raw) as ClientPayloads[N];
      const list: ClientPayloads[N][] = this.received[name] ?? [];
      list.push(payload);
      Object.assign(this.received, { [name]: list });
      const answer = this.answer[name]?.(payload) ?? this.#carryOut(name, payload);
      const lost = this.lostAcks[name] ?? 0;
      if (lost > 0) this.lostAcks[name] = lost - 1;
      else acknowledge?.(answer as Ack<N>);
    });
  }

  #carryOut(name: ClientEventName, payload: unknown): unknown {
    switch (name) {
      case 'join_room': {
        const { afterSeq } = payload as ClientPayloads['join_room'];
        const missed = afterSeq === undefined ? {} : this.room.missedAfter(afterSeq);
        return { ok: true, room: this.room.snapshot(), you: viewerStanding, held: this.held, ...missed };
      }
      case 'send_message': {
        const { text, clientMsgId } = payload as ClientPayloads['send_message'];
        const { id, seq, event } = this.room.write(text, clientMsgId, viewer);
        if (event) {
          const { event: _, ...message } = event;
          this.#namespace.emit('new_message', message as DurablePayloads['new_message']);
        }
        return { ok: true, id, seq };
      }
      case 'send_likes':
        this.room.likeCount += (payload as ClientPayloads['send_likes']).count;
        return { ok: true, total: this.room.likeCount };
      case 'reauth':
        return { ok: true, expiresAt: '2026-03-01T11:00:00.000Z' };
      default:
        return { ok: true };
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const call = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    this.httpCalls.push(call);
    await this.http(call, response);
  }
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function problem(
  response: ServerResponse,
  code: ErrorCode,
  facts: Record<string, unknown> = {},
): void {
  const { http, title } = errorTable[code];
  const document = { type: 'about:blank', title, status: http, code, instance: '/requests/1', ...facts };
  response.writeHead(http, { 'content-type': 'application/problem+json' }).end(JSON.stringify(document));
}

/** The room's REST side: snapshot, events after a seq, and messages. */
export function roomByRest(room: ScriptedRoom): HttpHandler {
  return (call, response) => {
    const url = new URL(call.path, 'http://server');
    if (url.pathname === `/streams/${streamId}/room`) return json(response, room.snapshot());
    if (url.pathname === `/streams/${streamId}/events`) {
      return json(response, room.missedAfter(Number(url.searchParams.get('afterSeq'))));
    }
    if (url.pathname === `/streams/${streamId}/messages` && call.method === 'POST') {
      const { text, clientMsgId } = JSON.parse(call.body);
      const { id, seq } = room.write(text, clientMsgId, viewer);
      return json(response, { id, seq }, 201);
    }
    problem(response, 'not_found');
  };
}
