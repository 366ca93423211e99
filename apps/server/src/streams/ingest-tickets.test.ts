import { expect, test } from 'vitest';
import { Clock } from '../platform/clock.ts';
import { IngestTickets } from './ingest-tickets.ts';

class TestClock extends Clock {
  atMs = 0;
  now = () => new Date(this.atMs);
  monotonicMs = () => this.atMs;
}

test('a ticket is good once', () => {
  const tickets = new IngestTickets(new TestClock());
  const { ticket, expiresAt } = tickets.issue('show');
  expect(expiresAt).toEqual(new Date(60_000));
  expect([tickets.redeem(ticket), tickets.redeem(ticket)]).toEqual(['show', null]);
});

test('a ticket is good for a minute', () => {
  const clock = new TestClock();
  const tickets = new IngestTickets(clock);
  const [used, late] = [tickets.issue('one').ticket, tickets.issue('two').ticket];
  clock.atMs = 59_999;
  expect(tickets.redeem(used)).toBe('one');
  clock.atMs = 60_000;
  expect(tickets.redeem(late)).toBeNull();
});

test('a newer ticket takes the place of the older one, of the same show alone', () => {
  const tickets = new IngestTickets(new TestClock());
  const [other, older, newer] = ['other', 'show', 'show'].map((id) => tickets.issue(id).ticket);
  expect(tickets.redeem(older ?? '')).toBeNull();
  expect(tickets.redeem(newer ?? '')).toBe('show');
  expect(tickets.redeem(other ?? '')).toBe('other');
});
