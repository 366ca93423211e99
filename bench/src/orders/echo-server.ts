import type { AddressInfo } from 'node:net';
import fastify from 'fastify';

// The least that a server can do with a POST: parse its JSON and send it back.
const server = fastify();
server.post('/echo', async (request) => request.body);
await server.listen({ port: 0, host: '127.0.0.1' });
process.on('message', (message) => {
  if (message === 'cpu') process.send?.({ cpu: process.cpuUsage() });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: (server.server.address() as AddressInfo).port });
