import pg from 'pg';

/**
 * What a shop without batches does: each order is a transaction of its own that takes one unit of one product's row
 * and writes an order, from as many connections as there are clients. Everything else is left out: no price, no
 * items, no idempotency, no HTTP.
 */
export class HotRow implements AsyncDisposable {
  readonly #clients: pg.Client[];

  private constructor(clients: pg.Client[]) {
    this.#clients = clients;
  }

  /** Makes its tables in a schema of their own. */
  static async open(databaseUrl: string, clientCount: number): Promise<HotRow> {
    const clients = Array.from({ length: clientCount }, () => new pg.Client(databaseUrl));
    await Promise.all(clients.map((client) => client.connect()));
    await clients[0]?.query(`
      create schema hot_row;
      create table hot_row.product (id int primary key, title text, price_minor int,
        stock int not null check (stock >= 0), reserved int not null default 0) with (fillfactor = 50);
      create table hot_row.orders (id uuid primary key default gen_random_uuid(), product_id int not null,
        buyer_id int not null, quantity int not null, amount_minor int not null,
        status text not null default 'pending', created_at timestamptz not null default now());
      create index on hot_row.orders (buyer_id, created_at);
      insert into hot_row.product values (1, 'Silk saree', 49900, 1000000000);`);
    return new HotRow(clients);
  }

  /** Transactions per second. */
  async run(durationMs: number): Promise<number> {
    const startMs = performance.now();
    let count = 0;
    await Promise.all(
      this.#clients.map(async (client, buyer) => {
        while (performance.now() - startMs < durationMs) {
          await client.query('begin');
          const { rows } = await client.query<{ price_minor: number }>({
            name: 'take',
            text: `update hot_row.product set stock = stock - 1, reserved = reserved + 1
                   where id = 1 and stock >= 1 returning price_minor`,
          });
          await client.query({
            name: 'order',
            text: 'insert into hot_row.orders (product_id, buyer_id, quantity, amount_minor) values (1, $1, 1, $2)',
            values: [buyer, rows[0]?.price_minor],
          });
          await client.query('commit');
          count += 1;
        }
      }),
    );
    return count / ((performance.now() - startMs) / 1000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.end()));
  }
}
