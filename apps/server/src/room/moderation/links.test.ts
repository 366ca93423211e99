import { expect, test } from 'vitest';
import { hasLink } from './links.ts';

test.each([
  'https://example.com/x',
  'HTTP://EXAMPLE.ORG',
  'look at www.example.test',
  'myshop.in',
  'buy at my-shop.co.in now',
  'bit.ly/abc',
  't.me/channel',
  'example．com',
  'example。com',
  'exa\u200bmple.\u200bcom',
  'दुकान.com',
  '(shop.xyz)',
])('“%s” is a link', (text) => expect(hasLink(text)).toBe(true));

test.each([
  'hello',
  'Rs. 499.50 only',
  'wait...what',
  'size 7.5 or 8?',
  'nice. Come again',
  'javascript:alert(1)',
  'call.me please',
  'a.b.c',
  'the end.',
  'incoming.information',
  'अच्छा. है',
  '. com',
])('“%s” is none', (text) => expect(hasLink(text)).toBe(false));

test('a long text without a link is read in a moment', () => {
  for (const part of ['a', '.', 'a.', 'www', 'http:', 'a-']) {
    const before = process.cpuUsage();
    hasLink(part.repeat(5000));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(200);
  }
});
