import { describe, expect, test } from 'vitest';
import { Inboxes } from './inboxes.ts';

const received = (n: number) => ({ name: String(n), receivedAtMs: n, message: {} });

describe('The inboxes', () => {
  test('keep the newest hundred messages of a device', () => {
    const inboxes = new Inboxes();
    for (let n = 0; n < 250; n++) inboxes.deliver('device', received(n));
    expect(inboxes.of('device').map(({ name }) => Number(name))).toEqual(
      Array.from({ length: 100 }, (_, n) => 150 + n),
    );
  });

  test('forget the devices that have had nothing for the longest time, beyond 20,000 messages', () => {
    const inboxes = new Inboxes();
    for (let n = 0; n < 20_000; n++) inboxes.deliver(`device-${n}`, received(n));
    inboxes.deliver('device-0', received(20_000));
    expect(inboxes.of('device-0')).toHaveLength(2);
    expect(inboxes.of('device-1')).toEqual([]);
    expect(inboxes.of('device-2')).toHaveLength(1);
    for (let n = 0; n < 500; n++) inboxes.deliver('busy', received(n));
    expect(inboxes.of('device-99')).toEqual([]);
    expect(inboxes.of('device-102')).toHaveLength(1);
  });
});
