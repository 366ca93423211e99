import pg from 'pg';
import { orderTransitions } from '../../src/orders/order-state.ts';

const orderMoves = Object.values(orderTransitions).flatMap(({ from, to }) =>
  from.map((status) => `'${status} ${to}'`),
);

/** What no row of these tables may ever do, as the condition of a trigger on its update. */
const forbidden: [table: string, column: string, condition: string][] = [
  [
    'orders',
    'status',
    `old.status <> new.status and old.status || ' ' || new.status not in (${orderMoves.join(', ')})`,
  ],
  ['orders', 'paid_at', 'old.paid_at is not null and new.paid_at is distinct from old.paid_at'],
  ['orders', 'total_minor', 'old.total_minor <> new.total_minor or old.currency <> new.currency'],
  ['order_items', 'reservation', `old.reservation <> 'active' and new.reservation <> old.reservation`],
  ['order_items', 'quantity', 'old.quantity <> new.quantity or old.unit_price_minor <> new.unit_price_minor'],
  ['payments', 'status', `old.status in ('succeeded', 'canceled') and new.status <> old.status`],
  // A bank may send back what it took for a refund.
  [
    'refunds',
    'status',
    `old.status <> new.status and (old.status = 'failed' or old.status = 'succeeded' and new.status <> 'failed')`,
  ],
  ['disputes', 'status', `old.status in ('won', 'lost') and new.status <> old.status`],
];

/**
 * Writes down what becomes of a row and never may, in a schema of the tests; to be called on a migrated database.
 * The conditions are the triggers' own, so that an allowed change costs next to nothing.
 */
export async function watchMoves(url: string): Promise<void> {
  const triggers = forbidden.map(
    ([table, column, condition]) => `
      create trigger watch_${column} after update on ${table} for each row when (${condition})
      execute function watched.note('${column}')`,
  );
  const ledger = `
      create trigger watch_ledger after update or delete on stock_movements for each row
      execute function watched.note('id')`;
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(`
      create schema watched;
      create table watched.moves (id text not null);
      create function watched.note() returns trigger language plpgsql as $$
      begin
        insert into watched.moves values (concat_ws(' ', tg_table_name, coalesce(to_jsonb(old) ->> 'order_id',
          to_jsonb(old) ->> 'id'), tg_argv[0], to_jsonb(old) ->> tg_argv[0], '->', to_jsonb(new) ->> tg_argv[0]));
        return null;
      end $$;
      ${[...triggers, ledger].join(';')}`);
  } finally {
    await client.end();
  }
}
