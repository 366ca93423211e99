import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { cpuUsOfTree, statOf } from '../harness/process-effort.ts';
import { MeasuredServer, type Turn } from './measured-server.ts';
import type { Posts } from './post-load.ts';
import { orderHeaders } from './post-load-in-node.ts';
import { bundleServer } from './server-bundle.ts';

const priceMinor = 49_900;

interface ServerFacts {
  url: string;
  databaseUrl: string;
  /** Access tokens of the buyers. */
  tokens: string[];
}

export interface OrderTurn extends Turn {
  /** CPU of all processes of PostgreSQL for each order; undefined where `/proc` does not tell. */
  databaseCpuUs?: number;
}

/** The composed server with its embedded PostgreSQL, one shop and many signed-in buyers. */
export class ShopServer implements AsyncDisposable {
  readonly port: number;
  readonly buyerCount: number;
  readonly databaseUrl: string;
  readonly database: pg.Client;
  readonly #server: MeasuredServer<ServerFacts>;
  readonly #postmaster: number | null;

  private constructor(server: MeasuredServer<ServerFacts>, database: pg.Client, postmaster: number | null) {
    this.#server = server;
    this.#postmaster = postmaster;
    this.database = database;
    this.port = Number(new URL(server.facts.url).port);
    this.buyerCount = server.facts.tokens.length;
    this.databaseUrl = server.facts.databaseUrl;
  }

  static async start(): Promise<ShopServer> {
    const server = await MeasuredServer.start<ServerFacts>(await bundleServer());
    const database = new pg.Client(server.facts.databaseUrl);
    await database.connect();
    return new ShopServer(server, database, await postmasterOf(database));
  }

  /** Products of one variant each in the shop; answers the ids of the variants. */
  async addProducts(count: number, stock: number): Promise<string[]> {
    const { rows } = await this.database.query<{ id: string }>(
      `with made as (
         insert into products (id, shop_id, title, price_minor, currency)
         select gen_random_uuid(), shops.id, 'Silk saree', $3, 'inr' from shops, generate_series(1, $1::int)
         returning id
       ), stocked as (
         insert into variants (id, product_id, position, title, on_hand)
         select gen_random_uuid(), made.id, 0, 'Standard', $2 from made returning id
       ), noted as (
         insert into stock_movements (variant_id, delta, kind, on_hand_after)
         select id, $2, 'opening', $2 from stocked where $2 > 0
       )
       select id from stocked`,
      [count, stock, priceMinor],
    );
    return rows.map(({ id }) => id);
  }

  /** One unit, under a key of its own. */
  order(variantId: string, buyer: number): Post {
    return {
      headers: orderHeaders(this.#server.facts.tokens[buyer] ?? '', randomUUID()),
      body: orderBody(variantId),
    };
  }

  /** One unit each, of the buyers and the variants in turn. */
  orders(variantIds: readonly string[]): Posts {
    return { tokens: this.#server.facts.tokens, bodies: variantIds.map(orderBody) };
  }

  async place(
    variantIds: readonly string[],
    durationMs: number,
    options: OrderLoad = {},
  ): Promise<OrderTurn> {
    const before = await this.#databaseCpuUs();
    const turn = await this.#server.turn({
      port: this.port,
      path: '/orders',
      clients: options.clients ?? 64,
      durationMs,
      expectedStatus: options.expectedStatus ?? 201,
      ...this.orders(variantIds),
    });
    const after = await this.#databaseCpuUs();
    return { ...turn, databaseCpuUs: after && before && (after - before) / turn.count };
  }

  /**
   * What a minute does to a database in use: unpaid orders have ended (these buyers never pay, and a real one has only
   * a few), and autovacuum has collected statistics.
   */
  async settle(): Promise<void> {
    await this.database.query(`
      with ended as (
        update orders set status = 'expired', hold_expires_at = null where status = 'pending' returning id
      ), released as (
        update order_items set reservation = 'released' from ended where order_id = ended.id
      ), given_up as (
        update payments set status = 'canceled' from ended where order_id = ended.id
      )
      update variants set reserved = 0 where reserved > 0`);
    await this.database.query('vacuum analyze');
  }

  /** As if none had ever been placed: what was held is free, and the stock's ledger has nothing of them. */
  async forgetOrders(): Promise<void> {
    await this.settle();
    await this.database.query('truncate orders, order_items, payments, order_answers cascade');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database.end();
    await this.#server[Symbol.asyncDispose]();
  }

  async #databaseCpuUs(): Promise<number | undefined> {
    return this.#postmaster === null ? undefined : await cpuUsOfTree(this.#postmaster);
  }
}

export interface Post {
  /** Lines that end with CRLF. */
  headers: string;
  body: string;
}

interface OrderLoad {
  clients?: number;
  expectedStatus?: number;
}

function orderBody(variantId: string): string {
  return JSON.stringify({ items: [{ variantId, quantity: 1, expectedUnitPriceMinor: priceMinor }] });
}

/** The parent of every process of the PostgreSQL; null where `/proc` does not know it. */
async function postmasterOf(database: pg.Client): Promise<number | null> {
  const { rows } = await database.query<{ pid: number }>('select pg_backend_pid() as pid');
  const backend = await statOf(rows[0]?.pid ?? 0);
  return backend?.name === 'postgres' ? backend.parent : null;
}
