// The same as one-write-each.c for machines without a C compiler.
import { createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const [viewers = 0, bytes = 0, rounds = 0, gapUs = 0] = process.argv.slice(2).map(Number);
const sockets: Socket[] = [];
const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  sockets.push(socket);
  if (sockets.length === viewers) void writeAll();
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : address);
});

async function writeAll(): Promise<void> {
  const message = Buffer.alloc(bytes, 'x');
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    for (const socket of sockets) socket.write(message);
    await delay(gapUs / 1000);
  }
  const { user, system } = process.cpuUsage(before);
  console.log(`${user + system} ${rounds * viewers}`);
  process.exit();
}
