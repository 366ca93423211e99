import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { ClientAddress, isOwnMachine, networkOf } from './client-address.ts';

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

test.each([
  ['nobody is trusted', [], '203.0.113.5', '198.51.100.1', '203.0.113.5'],
  ['the proxy is trusted', ['10.0.0.2'], '10.0.0.2', '198.51.100.1', '198.51.100.1'],
  ['the proxy has an IPv6 way of writing', ['10.0.0.2'], '::ffff:10.0.0.2', '198.51.100.1', '198.51.100.1'],
  ['the visitor made up an address', ['10.0.0.2'], '10.0.0.2', '1.2.3.4, 198.51.100.1', '198.51.100.1'],
  [
    'two proxies of a range are trusted',
    ['10.0.0.0/8'],
    '10.0.0.2',
    '198.51.100.1, 10.9.9.9',
    '198.51.100.1',
  ],
  ['the proxy names no address', ['10.0.0.2'], '10.0.0.2', 'unknown', '10.0.0.2'],
  ['the proxy is of IPv6', ['fd00::/8'], 'fd00::2', '2001:db8::7', '2001:db8::7'],
])('an address is right when %s', (_, proxies, remote, forwarded, expected) => {
  expect(new ClientAddress(proxies).of(request(remote, forwarded))).toBe(expected);
});

test('an IPv6 customer is one network, whatever its address ends with', () => {
  expect(networkOf('2001:db8:1:2::7')).toBe('2001:db8:1:2');
  expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
  expect(networkOf('2001:db8::7')).toBe('2001:db8:0:0');
  expect(networkOf('203.0.113.5')).toBe('203.0.113.5');
  expect([isOwnMachine('127.0.0.1'), isOwnMachine('::1'), isOwnMachine('203.0.113.5')]).toEqual([
    true,
    true,
    false,
  ]);
});
