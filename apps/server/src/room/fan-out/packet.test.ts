import { expect, test } from 'vitest';
import { eventPacket, textFrame } from './packet.ts';

test('an event is the packet that Socket.IO itself would send', () => {
  const packet = eventPacket('/streams', 'viewer_count', { count: 3 }, false);
  expect(packet.text).toBe('2/streams,["viewer_count",{"count":3}]');
  expect(packet.frame.subarray(2).toString()).toBe(`4${packet.text}`);
  expect(packet.isDurable).toBe(false);
});

test.each([
  [0, [0x81, 0]],
  [125, [0x81, 125]],
  [126, [0x81, 126, 0, 126]],
  [65_535, [0x81, 126, 0xff, 0xff]],
  [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
])('a text of %i bytes gets the header of RFC 6455 section 5.2', (byteCount, header) => {
  const frame = textFrame('x'.repeat(byteCount));
  expect([...frame.subarray(0, header.length)]).toEqual(header);
  expect(frame.length).toBe(header.length + byteCount);
});

test('the length counts bytes, not characters', () => {
  const frame = textFrame('₹'.repeat(100));
  expect(frame.readUInt16BE(2)).toBe(300);
  expect(frame.subarray(4).toString()).toBe('₹'.repeat(100));
});
