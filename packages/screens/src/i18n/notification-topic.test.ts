import { Notification } from '@vybekart/contract';
import { expect, test } from 'vitest';
import { en } from './en';
import { notificationTopic } from './notification-topic';

const facts = { shop: 'Silks', buyer: 'Asha', product: 'Saree', amountMinor: '49900', currency: 'inr' };
const order = (kind: Notification['kind'], more = {}) => ({ kind, facts: { ...facts, ...more } });
const told: [{ kind: Notification['kind']; facts: Record<string, string> }, string][] = [
  [{ kind: 'stream_live', facts: { seller: 'Sahil', title: 'Drop' } }, 'live'],
  [order('new_order', { payment: 'online' }), 'newOrder'],
  [order('order_paid'), 'paid'],
  [order('one_time_code', { code: '123456' }), 'code'],
  [order('order_confirmed'), 'confirmed'],
  [order('order_closed', { cause: 'unpaid' }), 'unpaid'],
  [order('order_closed', { cause: 'unconfirmed' }), 'unconfirmed'],
  [order('order_closed', { cause: 'withdrawn' }), 'withdrawn'],
  [order('order_refunded', { refundedMinor: '100' }), 'refunded'],
  [order('order_disputed', { outcome: 'open' }), 'disputed'],
  [order('order_disputed', { outcome: 'won' }), 'disputeWon'],
  [order('order_disputed', { outcome: 'lost' }), 'disputeLost'],
  [order('refund_requested'), 'refundRequested'],
  [order('refund_declined'), 'refundDeclined'],
];

test('every kind of news has words of its own, and no words are left over', () => {
  for (const [entry, topic] of told) expect(notificationTopic(entry)).toBe(topic);
  expect(new Set(told.map(([{ kind }]) => kind))).toEqual(new Set(Notification.shape.kind.options));
  expect(told.map(([, topic]) => topic).sort()).toEqual(Object.keys(en.inbox).sort());
});

test('news that lacks a fact, or whose fact is strange, is told in the words that came with it', () => {
  for (const [{ kind }] of told) expect(notificationTopic({ kind, facts: {} })).toBeNull();
  expect(notificationTopic(order('order_closed'))).toBeNull();
  expect(notificationTopic(order('order_closed', { cause: 'constructor' }))).toBeNull();
  expect(notificationTopic(order('order_disputed', { outcome: 'constructor' }))).toBeNull();
});
