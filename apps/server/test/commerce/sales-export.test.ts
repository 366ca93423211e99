import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { SalesExportStore } from '../../src/orders/sales-export.store.ts';
import { newId } from '../../src/platform/ids.ts';
import { type Person, type SellerPerson, type Shop, type Stocked, startShop, waitFor } from './start-shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ maxUnpaidOrders: 1000 });
});
afterAll(() => shop[Symbol.asyncDispose]());

const address = {
  name: '=HYPERLINK("http://evil.example")',
  phone: '+919876543210',
  line1: '12 MG Road, "Annexe"',
  city: 'Bengaluru',
  state: 'Karnataka',
  postalCode: '560001',
};

async function download(seller: Person, query = '') {
  const response = await fetch(`${shop.url}/seller/orders.csv${query}`, {
    headers: { authorization: `Bearer ${seller.token}` },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, text: bytes.toString('utf8') };
}

/** A plain reader of RFC 4180: every line as a record by the names of the first. */
function records(text: string): Record<string, string>[] {
  const rows = text
    .replace(/^\ufeff/, '')
    .split('\r\n')
    .slice(0, -1)
    .map((line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((match) => match[1] ?? ''))
    .map((cells) => cells.map((cell) => cell.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"')));
  const [head = [], ...lines] = rows;
  return lines.map((line) => Object.fromEntries(head.map((name, index) => [name, line[index] ?? ''])));
}

async function orderOfTwo(seller: SellerPerson, buyer: Person) {
  const made = await shop.send<{ variants: { id: string }[] }>('POST', '/products', seller, {
    title: 'रेशमी साड़ी',
    price: { amountMinor: 129_950, currency: 'inr' },
    variants: [
      { title: 'Red', sku: '-R1', stock: 9 },
      { title: 'Gold', price: { amountMinor: 5, currency: 'inr' }, stock: 900 },
    ],
  });
  const [red, gold] = made.body.variants;
  return shop.send<{ order: { id: string } }>(
    'POST',
    '/orders',
    buyer,
    {
      items: [
        { variantId: red?.id, quantity: 2, expectedUnitPriceMinor: 129_950 },
        { variantId: gold?.id, quantity: 100, expectedUnitPriceMinor: 5 },
      ],
      shippingAddress: address,
    },
    newId(),
  );
}

describe('the file of a seller’s orders', () => {
  test('opens in Excel: UTF-8 with its mark, one line for each item, decimal money, ISO times', async () => {
    const seller = await shop.seller();
    const buyer = await shop.buyer();
    const { order } = (await orderOfTwo(seller, buyer)).body;
    const file = await download(seller);
    expect(file.status, file.text).toBe(200);
    expect(file.bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(file.headers.get('cache-control')).toBe('no-store');
    expect(file.headers.get('content-disposition')).toMatch(
      /^attachment; filename="orders-shop-[0-9a-f]{12}\.csv"$/,
    );
    expect(file.text.split('\r\n')).toHaveLength(4);
    const lines = records(file.text);
    expect(lines).toMatchObject([
      {
        order_id: order.id,
        status: 'pending',
        paid_at: '',
        product: 'रेशमी साड़ी',
        variant: 'Red',
        quantity: '2',
        currency: 'INR',
        unit_price: '1299.50',
        line_total: '2599.00',
        order_total: '2604.00',
        order_refunded: '0.00',
        order_taken_back: '0.00',
        disputed: 'no',
        buyer: 'Asha',
        address_line1: '12 MG Road, "Annexe"',
        postal_code: '560001',
        country: 'IN',
      },
      { order_id: order.id, variant: 'Gold', unit_price: '0.05', line_total: '5.00', order_total: '' },
    ]);
    expect(lines[0]?.placed_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('holds nothing that a spreadsheet would run', async () => {
    const seller = await shop.seller();
    await orderOfTwo(seller, await shop.buyer());
    const [line] = records((await download(seller)).text);
    expect(line).toMatchObject({
      sku: "'-R1",
      ship_to: `'=HYPERLINK("http://evil.example")`,
      phone: "'+919876543210",
    });
  });

  test('holds the days in India and the status that were asked for, the oldest order first', async () => {
    const seller = await shop.seller();
    const item = await shop.product(seller, 9);
    const buyer = await shop.buyer();
    const ids: string[] = [];
    for (const at of ['2026-01-30T18:29:59.999Z', '2026-01-30T18:30:00Z', '2026-01-31T18:30:00Z']) {
      const { order } = await shop.placed(buyer, item);
      await shop.database.pool.query('update orders set created_at = $2 where id = $1', [order.id, at]);
      ids.push(order.id);
    }
    const paid = await shop.paid(buyer, item);
    const idsOf = async (query: string) =>
      records((await download(seller, query)).text).map((line) => line.order_id);
    expect(await idsOf('')).toEqual([...ids, paid.order.id]);
    expect(await idsOf('?from=2026-01-31&to=2026-01-31')).toEqual([ids[1]]);
    expect(await idsOf('?to=2026-01-30')).toEqual([ids[0]]);
    expect(await idsOf('?status=paid')).toEqual([paid.order.id]);
    const named = await download(seller, '?from=2026-01-31&to=2026-02-01&status=paid');
    expect(named.headers.get('content-disposition')).toContain('-2026-01-31-to-2026-02-01-paid.csv"');
    expect(named.text.split('\r\n')).toHaveLength(2);
  });

  test('holds no order of another shop', async () => {
    await orderOfTwo(await shop.seller(), await shop.buyer());
    expect(records((await download(await shop.seller())).text)).toEqual([]);
  });

  test.each([
    'from=2026-13-01',
    'from=yesterday',
    'from=0001-01-01',
    'to=9999-12-31',
    'from=2026-02-02&to=2026-02-01',
    'status=open',
    'status=paid&status=pending',
    'limit=1',
  ])('is not made for %s', async (query) => {
    const answer = await download(await shop.seller(), `?${query}`);
    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'validation_failed' });
  });

  test('is made for sellers alone, and for each of them a few times a minute', async () => {
    expect((await fetch(`${shop.url}/seller/orders.csv`)).status).toBe(401);
    expect((await download(await shop.buyer())).status).toBe(403);
    const seller = await shop.seller();
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await download(seller)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = await download(seller);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await download(await shop.seller())).status).toBe(200);
  });
});

describe('a large file', () => {
  let seller: SellerPerson;
  let item: Stocked;
  const orderCount = 10_000;
  beforeAll(async () => {
    seller = await shop.seller();
    const buyer = await shop.buyer();
    item = await shop.product(seller, 1);
    await shop.database.pool.query(
      `with new_orders as (
         insert into orders (id, buyer_id, shop_id, status, currency, total_minor, idempotency_key, fingerprint,
                             checkout_locked_until)
         select uuidv7(), $1, $2, 'expired', 'inr', 100, 'bulk-' || n, '', now() from generate_series(1, $4) n
         returning id)
       insert into order_items (order_id, position, variant_id, product_id, title, variant_title, quantity,
                                unit_price_minor, reservation)
       select id, 0, $3, $5, repeat('x', 4000), 'Standard', 1, 100, 'released' from new_orders`,
      [buyer.userId, seller.shopId, item.variantId, orderCount, item.productId],
    );
  });

  const open = async (): Promise<IncomingMessage> => {
    const request = get(`${shop.url}/seller/orders.csv`, {
      agent: false,
      headers: { authorization: `Bearer ${seller.token}` },
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  };

  test('is read as fast as it is taken, with no transaction open meanwhile, and no further once nobody wants it', async () => {
    const batch = vi.spyOn(shop.get(SalesExportStore), 'batch');
    const connected = once(shop.app.getHttpServer(), 'connection');
    const response = await open();
    response.pause();
    const [connection] = (await connected) as [Socket];
    await waitFor(() => connection.writableNeedDrain);
    expect(batch.mock.calls.length).toBeLessThan(orderCount / 200 / 2);
    await waitFor(async () => {
      const transactions = await shop.rows(
        `select query from pg_stat_activity where datname = current_database() and xact_start is not null
           and pid <> pg_backend_pid() and query ilike '%next_orders%'`,
      );
      return transactions.length === 0;
    });
    const gone = new Promise((resolve) => connection.once('close', resolve));
    response.destroy();
    await gone;
    const readBefore = batch.mock.calls.length;
    await Promise.all(batch.mock.results.map(({ value }) => value));
    await setImmediate();
    expect(batch.mock.calls.length).toBeLessThanOrEqual(readBefore + 1);
    batch.mockRestore();
  });

  test('comes whole and in order', async () => {
    const file = await download(seller);
    const ids = records(file.text).map((line) => line.order_id);
    expect(ids.length).toBeGreaterThanOrEqual(orderCount);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...ids].sort());
  });

  test('that breaks off is no file: the reader sees the failure', async () => {
    const store = shop.get(SalesExportStore);
    const whole = store.batch.bind(store);
    const batch = vi.spyOn(store, 'batch');
    batch.mockImplementationOnce(whole).mockRejectedValueOnce(new Error('the database went away'));
    await expect(download(seller)).rejects.toThrow();
    batch.mockRestore();
  });

  test('that cannot be begun is refused as a whole', async () => {
    const batch = vi.spyOn(shop.get(SalesExportStore), 'batch');
    batch.mockRejectedValueOnce(Object.assign(new Error('going down'), { code: '57P01' }));
    const answer = await download(seller);
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'unavailable' });
    batch.mockRestore();
  });
});
