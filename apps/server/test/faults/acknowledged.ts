import type { Client } from '@vybekart/client';
import type { Message, PlacedOrder, RoomEvent } from '@vybekart/contract';
import type pg from 'pg';
import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Traffic } from './traffic.ts';

const ordered = (traffic: Traffic) =>
  traffic.of('order', 201).map(({ key, body }) => ({ key, id: (body as PlacedOrder).order.id }));

/** What was answered with 201 is in the database, as it was answered; one key is one order. */
export async function expectNothingAcknowledgedWasLost(
  traffic: Traffic,
  database: pg.Pool,
  reader: Client,
): Promise<void> {
  const orders = ordered(traffic);
  const stored = await database.query<{ key: string; id: string }>(
    'select idempotency_key as key, id from orders where idempotency_key = any($1)',
    [traffic.attempts.filter(({ what }) => what === 'order').map(({ key }) => key)],
  );
  const idOf = new Map(stored.rows.map(({ key, id }) => [key, id]));
  expect(stored.rows).toHaveLength(idOf.size);
  for (const { key, id } of orders) expect(idOf.get(key)).toBe(id);

  const messages = traffic.of('message', 201).map((attempt) => ({
    clientMsgId: attempt.key,
    seq: (attempt.body as { seq: number }).seq,
  }));
  const log = await messageLog(reader, traffic.at.streamId);
  for (const { clientMsgId, seq } of messages) {
    const logged = log.filter((event) => event.message.clientMsgId === clientMsgId);
    expect(logged.map((event) => event.seq)).toEqual([seq]);
  }
  expect(orders.length).toBeGreaterThan(0);
  expect(messages.length).toBeGreaterThan(0);
}

/** Whoever was told of an order and paid gets it, although the news of the money met no server or no database. */
export async function expectEveryPaymentToArrive(traffic: Traffic, database: pg.Pool): Promise<void> {
  const orders = [...new Set(ordered(traffic).map(({ id }) => id))];
  await eventually(
    'every order to be paid',
    async () => {
      const { rows } = await database.query<{ count: number }>(
        `select count(*) as count from orders where id = any($1) and status = 'paid'`,
        [orders],
      );
      return Number(rows[0]?.count) === orders.length;
    },
    60_000,
  );
}

/** All messages of the room, read the way a client catches up. */
async function messageLog(reader: Client, id: string): Promise<(RoomEvent & { message: Message })[]> {
  const events: RoomEvent[] = [];
  for (;;) {
    const afterSeq = events.at(-1)?.seq ?? 0;
    const page = await reader.api.call('getRoomEvents', { params: { id }, query: { afterSeq } });
    events.push(...page.missed);
    if (page.missed.length === 0) break;
  }
  return events.filter((event) => event.event === 'new_message');
}
