import { expect, test } from 'vitest';
import { newsInWords, newsWords } from './news-words.ts';
import { Notification } from './notifications.ts';

const facts = { shop: 'Silks', buyer: 'Asha', product: 'Saree', amountMinor: '49900', currency: 'inr' };
const order = (kind: Notification['kind'], more = {}) => ({ kind, facts: { ...facts, ...more } });
const told: [{ kind: Notification['kind']; facts: Record<string, string> }, keyof typeof newsWords.en][] = [
  [{ kind: 'stream_live', facts: { seller: 'Sahil', title: 'Drop' } }, 'live'],
  [order('new_order', { payment: 'online' }), 'newOrder'],
  [order('new_order', { payment: 'cash' }), 'newCashOrder'],
  [order('order_paid'), 'paid'],
  [order('one_time_code', { code: '123456' }), 'code'],
  [order('order_confirmed'), 'confirmed'],
  [order('order_shipped', { payment: 'online' }), 'shipped'],
  [order('order_shipped', { payment: 'cash' }), 'shippedUnpaid'],
  [order('order_closed', { cause: 'unpaid' }), 'unpaid'],
  [order('order_closed', { cause: 'unconfirmed' }), 'unconfirmed'],
  [order('order_closed', { cause: 'withdrawn' }), 'withdrawn'],
  [order('order_refunded', { refundedMinor: '100' }), 'refunded'],
  [order('order_disputed', { outcome: 'inquiry' }), 'inquiry'],
  [order('order_disputed', { outcome: 'inquiry_closed' }), 'inquiryClosed'],
  [order('order_disputed', { outcome: 'open' }), 'disputed'],
  [order('order_disputed', { outcome: 'won' }), 'disputeWon'],
  [order('order_disputed', { outcome: 'lost' }), 'disputeLost'],
  [order('refund_requested'), 'refundRequested'],
  [order('refund_declined'), 'refundDeclined'],
  [order('refund_failed'), 'refundFailed'],
];
const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

test('every kind of news has words of its own, and no words are left over', () => {
  expect(new Set(told.map(([{ kind }]) => kind))).toEqual(new Set(Notification.shape.kind.options));
  expect(told.map(([, topic]) => topic).sort()).toEqual(Object.keys(newsWords.en).sort());
});

test.each(told)('%j is told in both languages, with its facts in their places', (entry, topic) => {
  for (const language of ['en', 'hi'] as const) {
    const { title, body } = newsWords[language][topic];
    const words = newsInWords(entry, language);
    const [start = ''] = body.split('{', 1);
    expect(words?.body).toContain(start);
    for (const name of placeholders(title + body)) {
      const fact = name === '{amount}' ? '₹' : entry.facts[name.slice(1, -1)];
      expect(`${words?.title} ${words?.body}`).toContain(fact);
    }
    expect(`${words?.title} ${words?.body}`).not.toMatch(/[{}]|undefined/);
  }
  const { en, hi } = newsWords;
  expect(placeholders(hi[topic].title + hi[topic].body)).toEqual(
    placeholders(en[topic].title + en[topic].body),
  );
  expect(hi[topic].title).toMatch(/\p{Script=Devanagari}/u);
});

test('a refund tells what was paid back, not what was paid', () => {
  expect(newsInWords(order('order_refunded', { refundedMinor: '100' }), 'en')?.body).toBe(
    'Silks refunded ₹1 of your order.',
  );
});

test('a name that looks like a placeholder stays what it is', () => {
  const entry = { kind: 'stream_live', facts: { seller: '{title}', title: 'Drop' } } as const;
  expect(newsInWords(entry, 'en')).toEqual({ title: '{title} is live!', body: 'Drop' });
});

test('news that lacks a fact, or whose fact is strange, has no words', () => {
  for (const [{ kind }] of told) expect(newsInWords({ kind, facts: {} }, 'en')).toBeNull();
  expect(newsInWords(order('order_closed'), 'en')).toBeNull();
  expect(newsInWords(order('order_closed', { cause: 'constructor' }), 'en')).toBeNull();
  expect(newsInWords(order('order_disputed', { outcome: 'constructor' }), 'en')).toBeNull();
});
