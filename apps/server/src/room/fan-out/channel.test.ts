import { createServer } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { type Namespace, Server, type Socket } from 'socket.io';
import { type Socket as Client, io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { Channel } from './channel.ts';
import type { RoomSocket } from './member.ts';

// What the stock client receives is the contract that the channel must keep, whatever socket.io looks like inside.
const namespace = '/streams';
let server: Server;
let sockets: Namespace;
let url: string;
let clients: Client[];
let channel: Channel;
let cut: string[];

beforeEach(async () => {
  const http = createServer();
  server = new Server(http, { transports: ['websocket', 'polling'] });
  sockets = server.of(namespace);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}${namespace}`;
  clients = [];
  cut = [];
  channel = new Channel({ namespace, onCut: (socket) => cut.push(socket.id) });
});

afterEach(async () => {
  channel.close();
  for (const client of clients) client.disconnect();
  await server.close();
});

async function connect(transports: string[] = ['websocket']): Promise<{ client: Client; socket: Socket }> {
  const client = io(url, { transports, forceNew: true, reconnection: false });
  clients.push(client);
  await new Promise<void>((resolve, reject) => {
    client.on('connect', resolve);
    client.on('connect_error', reject);
  });
  const socket = sockets.sockets.get(String(client.id));
  if (!socket) throw new Error('the server does not know its client');
  return { client, socket };
}

interface Received {
  event: string;
  seq: number;
  text?: string;
}

function received(client: Client): Received[] {
  const events: Received[] = [];
  client.onAny((event: string, payload: object) => events.push({ event, ...payload } as Received));
  return events;
}

/** The TCP socket below a WebSocket, at the server and at the client. */
function tcpOf(socket: Socket): TcpSocket {
  return (socket.conn.transport as unknown as { socket: { _socket: TcpSocket } }).socket._socket;
}
function tcpOfClient(client: Client): TcpSocket {
  return (client.io.engine.transport as unknown as { ws: { _socket: TcpSocket } }).ws._socket;
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ event: 'new_message', seq: from + index }));

describe('the stock client', () => {
  test('gets each event once, as a single ordinary event, in the order of sending', async () => {
    const { client, socket } = await connect();
    const events = received(client);
    channel.add(socket);
    for (let seq = 1; seq <= 500; seq += 1) channel.send('new_message', { seq }, 'durable');
    await eventually('all events arrived', () => events.length >= 500);
    expect(events).toEqual(numbers(1, 500));
  });

  test('gets acknowledgements and own events between them, and the order of what follows holds', async () => {
    const { client, socket } = await connect();
    const events = received(client);
    socket.on('ask', (seq: number, acknowledge: (answer: string) => void) => acknowledge(`answer ${seq}`));
    channel.add(socket);
    const answers: string[] = [];
    for (let seq = 1; seq <= 200; seq += 1) {
      channel.send('new_message', { seq }, 'durable');
      client.emit('ask', seq, (answer: string) => answers.push(answer));
      if (seq % 10 === 0) {
        socket.emit('notification', { seq });
        await pause(3);
      }
    }
    await eventually('everything arrived', () => events.length >= 220 && answers.length >= 200);
    expect(events.filter(({ event }) => event === 'new_message')).toEqual(numbers(1, 200));
    expect(answers).toEqual(Array.from({ length: 200 }, (_, index) => `answer ${index + 1}`));
  });

  test('gets what is sent to it alone before what the room is sent after it', async () => {
    const { client, socket } = await connect();
    const events = received(client);
    channel.add(socket);
    for (let seq = 1; seq <= 30; seq += 3) {
      socket.emit('new_message', { seq });
      socket.emit('new_message', { seq: seq + 1 });
      channel.send('new_message', { seq: seq + 2 }, 'durable');
      channel.flush();
    }
    await eventually('all events arrived', () => events.length >= 30);
    expect(events).toEqual(numbers(1, 30));
  });

  test('over long polling gets the same events in the same order', async () => {
    const { client, socket } = await connect(['polling']);
    const events = received(client);
    channel.add(socket);
    for (let seq = 1; seq <= 50; seq += 1) {
      channel.send('new_message', { seq }, 'durable');
      await pause(2);
    }
    await eventually('all events arrived', () => events.length >= 50);
    expect(events).toEqual(numbers(1, 50));
  });

  test('reads text of any script and length unharmed', async () => {
    const { client, socket } = await connect();
    const events = received(client);
    channel.add(socket);
    const texts = ['नमस्ते 👋🏽', '"quoted" \\ \u2028', 'x'.repeat(70_000)];
    for (const text of texts) channel.send('new_message', { text }, 'durable');
    await eventually('all events arrived', () => events.length >= texts.length);
    expect(events).toEqual(texts.map((text) => ({ event: 'new_message', text })));
  });
});

describe('a member', () => {
  test('who joins in the middle of a tick gets what comes after, and nothing of before', async () => {
    const early = await connect();
    const late = await connect();
    const earlyEvents = received(early.client);
    const lateEvents = received(late.client);
    channel.add(early.socket);
    channel.send('new_message', { seq: 1 }, 'durable');
    channel.flush();
    channel.send('new_message', { seq: 2 }, 'durable');
    channel.add(late.socket);
    channel.send('new_message', { seq: 3 }, 'durable');
    await eventually('the last event arrived', () => earlyEvents.length === 3 && lateEvents.length > 0);
    expect(earlyEvents).toEqual(numbers(1, 3));
    expect(lateEvents).toEqual(numbers(3, 3));
  });

  test('who joins again in the middle of a tick is not told the same twice', async () => {
    const { client, socket } = await connect();
    const events = received(client);
    channel.add(socket);
    channel.send('new_message', { seq: 1 }, 'durable');
    channel.flush();
    channel.send('new_message', { seq: 2 }, 'durable');
    channel.add(socket);
    channel.send('new_message', { seq: 3 }, 'durable');
    await eventually('the last event arrived', () => events.length >= 2);
    expect(events).toEqual([...numbers(1, 1), ...numbers(3, 3)]);
    expect(channel.size).toBe(1);
  });

  test('who has left gets nothing more', async () => {
    const gone = await connect();
    const here = await connect();
    const goneEvents = received(gone.client);
    const hereEvents = received(here.client);
    channel.add(gone.socket);
    channel.add(here.socket);
    channel.send('new_message', { seq: 1 }, 'durable');
    channel.remove(gone.socket.id);
    await eventually('the other one got it', () => hereEvents.length === 1);
    expect(goneEvents).toEqual([]);
  });
});

describe('a slow member', () => {
  const big = 'x'.repeat(16_000);

  async function connectStalled(): Promise<{ client: Client; socket: Socket }> {
    const pair = await connect();
    tcpOfClient(pair.client).pause();
    return pair;
  }

  test('loses hearts, keeps durable events, and gets them in order when it reads again', async () => {
    const { client, socket } = await connectStalled();
    const events = received(client);
    channel.add(socket);
    let seq = 0;
    while (tcpOf(socket).writableLength < 200_000) {
      seq += 1;
      channel.send('new_message', { seq, big }, 'durable');
      channel.flush();
    }
    for (let heart = 0; heart < 20; heart += 1) channel.send('floating_hearts', { heart, big }, 'lossy');
    channel.send('new_message', { seq: seq + 1, big }, 'durable');
    channel.flush();
    tcpOfClient(client).resume();
    await eventually('the last durable event arrived', () => events.length >= seq + 1);
    expect(events.map(({ event }) => event)).not.toContain('floating_hearts');
    expect(events.map((event) => event.seq)).toEqual(
      Array.from({ length: seq + 1 }, (_, index) => index + 1),
    );
    expect(cut).toEqual([]);
  });

  test('that leaves more than a megabyte unread is cut, and the others notice nothing', async () => {
    const slow = await connectStalled();
    const quick = await connect();
    const quickEvents = received(quick.client);
    channel.add(slow.socket);
    channel.add(quick.socket);
    let seq = 0;
    while (cut.length === 0 && seq < 2000) {
      seq += 1;
      channel.send('new_message', { seq, big }, 'durable');
      channel.flush();
      await turn();
    }
    expect(cut).toEqual([slow.socket.id]);
    expect(channel.has(slow.socket.id)).toBe(false);
    await eventually('the server forgot the slow one', () => !sockets.sockets.has(slow.socket.id));
    await eventually('the quick one got everything', () => quickEvents.length === seq);
  });
});

test('the first event after a quiet spell leaves at once, and a burst behind it in one write', async () => {
  const { client, socket } = await connect();
  const events = received(client);
  channel.add(socket);
  let writes = 0;
  const tcp = tcpOf(socket);
  const write = tcp.write.bind(tcp);
  tcp.write = (...args: unknown[]) => {
    writes += 1;
    return write(...(args as Parameters<typeof write>));
  };
  channel.send('new_message', { seq: 1 }, 'durable');
  await turn();
  expect(writes).toBe(1);
  for (let seq = 2; seq <= 101; seq += 1) channel.send('new_message', { seq }, 'durable');
  await eventually('the burst arrived', () => events.length === 101);
  expect(writes).toBe(2);
  expect(events).toEqual(numbers(1, 101));
});

test('what is urgent takes all that waits along, without waiting for the end of the tick', async () => {
  const { client, socket } = await connect();
  const events = received(client);
  channel.add(socket);
  for (let number = 0; number < 4000; number += 1) {
    const conn = { readyState: 'closed', transport: { name: 'websocket' }, write: () => {}, close: () => {} };
    channel.add({ id: String(number), conn });
  }
  channel.send('new_message', { seq: 1 }, 'durable');
  channel.flush();
  await eventually('the first one arrived', () => events.length === 1);
  expect(channel.tickMs).toBeGreaterThanOrEqual(200);
  const sentAtMs = performance.now();
  channel.send('new_message', { seq: 2 }, 'durable');
  channel.send('pin_product', { seq: 3 }, 'urgent');
  await eventually('both arrived', () => events.length === 3);
  expect(performance.now() - sentAtMs).toBeLessThan(150);
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

describe('a room of more than a thousand', () => {
  let delivered: Map<string, number[]>;

  beforeEach(() => {
    delivered = new Map();
    for (let number = 0; number < 1200; number += 1) channel.add(aMember(String(number)));
  });

  function aMember(id: string): RoomSocket {
    const conn = {
      readyState: 'open',
      writeBuffer: [],
      transport: { name: 'polling' },
      write: (text: string) => {
        const { seq } = JSON.parse(text.slice(text.indexOf('[')))[1];
        delivered.set(id, [...(delivered.get(id) ?? []), seq]);
      },
      close: () => {},
    };
    return { id, conn };
  }

  test('is served in slices, and each member gets each event once and in order', async () => {
    channel.send('new_message', { seq: 1 }, 'durable');
    channel.flush();
    expect(delivered.size).toBe(500);
    // From now on everybody stands one place further ahead than in the pass that is under way.
    channel.remove('0');
    channel.send('new_message', { seq: 2 }, 'durable');
    channel.flush();
    await eventually('both events reached all', () => delivered.get('1199')?.length === 2);
    delivered.delete('0');
    expect([...delivered.values()].every((seqs) => seqs.join() === '1,2')).toBe(true);
    expect(delivered.size).toBe(1199);
    expect(channel.tickMs).toBeGreaterThan(50);
  });

  test('gets what is urgent with the rest of a pass, then those served before, each once and in order', async () => {
    channel.send('new_message', { seq: 1 }, 'durable');
    channel.flush();
    expect([delivered.size, delivered.has('500')]).toEqual([500, false]);
    channel.add(aMember('before it'));
    channel.send('new_message', { seq: 2 }, 'durable');
    channel.send('pin_product', { seq: 3 }, 'urgent');
    channel.add(aMember('after it'));
    channel.remove('7');
    await turn();
    expect([delivered.get('500')?.join(), delivered.get('0')?.join()]).toEqual(['1,2,3', '1']);
    await eventually('those served before have it', () => delivered.get('0')?.length === 3);
    channel.send('pin_product', { seq: 4 }, 'urgent');
    await eventually('the last one has all', () => delivered.get('1199')?.length === 4);
    await eventually('the newest has what came after it', () => delivered.get('after it')?.length === 1);
    expect([delivered.get('before it')?.join(), delivered.get('after it')?.join()]).toEqual(['2,3,4', '4']);
    for (const id of ['7', 'before it', 'after it']) delivered.delete(id);
    expect(new Set([...delivered.values()].map((seqs) => seqs.join()))).toEqual(new Set(['1,2,3,4']));
    expect(delivered.size).toBe(1199);
  });

  test('is served in larger slices by a process that others keep busy', async () => {
    channel.send('new_message', { seq: 1 }, 'durable');
    channel.flush();
    const busyUntilMs = performance.now() + 60;
    while (performance.now() < busyUntilMs);
    expect(delivered.size).toBe(500);
    await turn();
    expect(delivered.size).toBe(1200);
  });

  test('goes on when one of its sockets breaks', async () => {
    const broken = aMember('100');
    broken.conn.write = () => {
      throw new Error('the socket is in no state to write');
    };
    channel.add(broken);
    channel.send('new_message', { seq: 1 }, 'durable');
    channel.flush();
    await eventually('the last one was served', () => delivered.has('1199'));
    expect(cut).toEqual(['100']);
    expect(delivered.size).toBe(1199);
  });

  test('does not serve who left while others were served', async () => {
    channel.send('new_message', { seq: 1 }, 'durable');
    channel.flush();
    channel.remove('1000');
    await eventually('the last one was served', () => delivered.has('1199'));
    expect(delivered.has('1000')).toBe(false);
    expect(delivered.size).toBe(1199);
  });
});
