// One Socket.IO server with one room, forked by the benchmark: `default` broadcasts as Socket.IO does out of the box,
// `train` through our channel. Tells its port, and its CPU time whenever it is asked.
import { createServer } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { Channel } from '../../../apps/server/src/room/fan-out/channel.ts';

const streamId = '019a0000-0000-7000-8000-000000000000';
const namespace = '/streams';
const mode = process.argv[2];

const http = createServer();
const sockets = new Server(http).of(namespace);
const channel = new Channel({ namespace });
let seq = 0;
/** Writes to the newest viewer, who only listens. */
let writes = 0;
let newest: Socket | undefined;

function broadcast(payload: object): void {
  if (mode === 'train') channel.send('new_message', payload, 'durable');
  else sockets.to(streamId).emit('new_message', payload);
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
      broadcast(message(sent.text, sent.clientMsgId));
    },
  );
});

process.on('message', () => process.send?.({ cpu: process.cpuUsage(), writes }));
process.on('disconnect', () => process.exit());
http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.send?.({ port: (http.address() as AddressInfo).port });
});
