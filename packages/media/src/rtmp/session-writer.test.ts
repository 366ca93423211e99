import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { messageType, uint32 } from './messages.ts';
import { SessionWriter } from './session-writer.ts';

/** A peer that takes what its buffers hold and then reads no more. */
const unread = () => new Writable({ write: () => {} });

test('a peer that asks and never reads the answers is reported before they pile up', () => {
  const socket = unread();
  let reports = 0;
  const writer = new SessionWriter(socket, 1_000, () => {
    reports++;
    socket.destroy();
  });
  for (let i = 0; i < 10_000; i++) writer.control(messageType.acknowledgement, uint32(i));
  expect(reports).toBe(1);
  expect(socket.writableLength).toBeLessThan(1_100);
});

test('answers within the limit are no reason to report', () => {
  const writer = new SessionWriter(unread(), 1_000, () => expect.unreachable());
  writer.status('status', 'NetStream.Publish.Start', 'publishing');
  writer.answer('_result', 1, null);
});
