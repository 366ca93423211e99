import { expect, test } from 'vitest';
import { SystemClock } from '../platform/clock.ts';
import type { StreamsSocket, UserSockets } from '../platform/user-sockets.ts';
import { SocketAuth } from './socket-auth.ts';

test.each([
  [14_999, undefined],
  [15_000, { code: 'unavailable', retryAfterMs: 10_000 }],
])('a node that holds %d sockets answers the next one: %j', async (size, told) => {
  const auth = new SocketAuth(null as never, {} as UserSockets, new SystemClock());
  const socket = { nsp: { sockets: { size } }, handshake: { auth: {} }, data: {} };
  const refusal = await new Promise<(Error & { data?: object }) | undefined>((resolve) => {
    auth.admit(socket as unknown as StreamsSocket, resolve);
  });
  if (told) expect(refusal?.data).toMatchObject(told);
  else expect(refusal).toBeUndefined();
});
