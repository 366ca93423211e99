// One Socket.IO server with one room, forked by the benchmarks: `default` broadcasts as Socket.IO does out of the box,
// `train` through our channel, `receive` takes everything and tells nobody. Tells its port, and its CPU time and memory
// whenever it is asked.
import { createServer } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { Audience } from '../../../apps/server/src/room/audience.ts';
import { Channel } from '../../../apps/server/src/room/fan-out/channel.ts';

const streamId = '019a0000-0000-7000-8000-000000000000';
const namespace = '/streams';
const mode = process.argv[2];

const http = createServer();
const sockets = new Server(http).of(namespace);
const channel = new Channel({ namespace });
const audience = new Audience(streamId, channel, 0, 0);
let hearts = 0;
let seq = 0;
/** Writes to the newest viewer, who only listens. */
let writes = 0;
let newest: Socket | undefined;

function broadcast(event: string, payload: object): void {
  if (mode === 'train') channel.send(event, payload, event === 'pin_product' ? 'urgent' : 'durable');
  if (mode === 'default') sockets.to(streamId).emit(event, payload);
}

function message(text: string, clientMsgId: string): object {
  seq += 1;
  const user = { id: streamId, displayName: 'Asha', role: 'viewer' };
  return {
    streamId,
    seq,
    at: new Date().toISOString(),
    message: { id: streamId, clientMsgId, text, user },
  };
}

function countWrites(socket: Socket): void {
  writes = 0;
  const { _socket: tcp } = (socket.conn.transport as unknown as { socket: { _socket: TcpSocket } }).socket;
  const write = tcp.write.bind(tcp);
  tcp.write = (...args: unknown[]) => {
    if (socket === newest) writes += 1;
    return write(...(args as Parameters<typeof write>));
  };
  newest = socket;
}

sockets.on('connection', (socket: Socket) => {
  socket.on('join_room', (_: object, acknowledge: (answer: object) => void) => {
    if (mode === 'train') channel.add(socket);
    else socket.join(streamId);
    countWrites(socket);
    acknowledge({ ok: true });
  });
  socket.on(
    'send_message',
    (sent: { text: string; clientMsgId: string }, acknowledge: (answer: object) => void) => {
      acknowledge({ ok: true, seq: seq + 1 });
      broadcast('new_message', message(sent.text, sent.clientMsgId));
    },
  );
  socket.on('send_likes', ({ count }: { count: number }, acknowledge: (answer: object) => void) => {
    hearts += count;
    acknowledge({ ok: true, total: mode === 'train' ? audience.like(count) : hearts });
  });
  socket.on('pin_product', ({ text }: { text: string }, acknowledge: (answer: object) => void) => {
    seq += 1;
    acknowledge({ ok: true, seq });
    broadcast('pin_product', { streamId, seq, at: new Date().toISOString(), pin: { id: streamId, text } });
  });
});

process.on('message', () => {
  const cpu = process.cpuUsage();
  globalThis.gc?.();
  process.send?.({ cpu, writes, hearts, rssBytes: process.memoryUsage().rss });
});
process.on('disconnect', () => process.exit());
http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.send?.({ port: (http.address() as AddressInfo).port });
});
