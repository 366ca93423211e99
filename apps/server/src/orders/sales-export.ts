import type { SellerOrdersExportQuery } from '@vybekart/contract';
import { AppError } from '../platform/app-error.ts';
import type { Database } from '../platform/database.ts';
import type { Caller } from '../platform/endpoint.ts';
import type { RateLimits } from '../platform/rate-limits.ts';
import { csvLine, decimalAmount } from './sales-csv.ts';
import type { SalesExportStore, SalesFilter, SoldItem } from './sales-export.store.ts';

/** Excel takes a file for UTF-8 only when it begins with this. */
const byteOrderMark = '\ufeff';
const ordersPerBatch = 200;
/** Five at once, then one a minute: an export reads a shop's whole past. */
const rate = { burst: 5, refillMs: 60_000 };

type Column = [name: string, cell: (item: SoldItem) => string | number | null];
const money = (item: SoldItem, amountMinor: number) => decimalAmount(amountMinor, item.currency);
/** Stands in the first line of an order alone, so that a column can be summed up. */
const once = (item: SoldItem, amountMinor: number) => (item.position === 0 ? money(item, amountMinor) : null);

const columns: readonly Column[] = [
  ['order_id', (item) => item.orderId],
  ['status', (item) => item.status],
  ['placed_at', (item) => item.createdAt.toISOString()],
  ['paid_at', (item) => item.paidAt?.toISOString() ?? null],
  ['product', (item) => item.title],
  ['variant', (item) => item.variantTitle],
  ['sku', (item) => item.sku],
  ['quantity', (item) => item.quantity],
  ['currency', (item) => item.currency.toUpperCase()],
  ['unit_price', (item) => money(item, item.unitPriceMinor)],
  ['line_total', (item) => money(item, item.unitPriceMinor * item.quantity)],
  ['order_total', (item) => once(item, item.totalMinor)],
  ['order_refunded', (item) => once(item, item.refundedMinor)],
  ['order_taken_back', (item) => once(item, item.takenBackMinor)],
  ['disputed', (item) => (item.isDisputed ? 'yes' : item.hasInquiry ? 'inquiry' : 'no')],
  ['buyer', (item) => item.buyerName],
  ['ship_to', (item) => item.address?.name ?? null],
  ['phone', (item) => item.address?.phone ?? null],
  ['address_line1', (item) => item.address?.line1 ?? null],
  ['address_line2', (item) => item.address?.line2 ?? null],
  ['city', (item) => item.address?.city ?? null],
  ['state', (item) => item.address?.state ?? null],
  ['postal_code', (item) => item.address?.postalCode ?? null],
  ['country', (item) => item.address?.country ?? null],
  ['fulfilment', (item) => item.fulfilmentStatus],
  ['carrier', (item) => item.carrier],
  ['tracking_number', (item) => item.trackingNumber],
  ['show_id', (item) => item.streamId],
];

export interface SalesFile {
  name: string;
  /** The file in pieces, each read from the database when it is asked for. */
  content: AsyncIterable<string>;
}

/** A shop's orders as a CSV file (RFC 4180), one line for each item, the oldest order first. */
export class SalesExport {
  constructor(
    private readonly database: Database,
    private readonly store: SalesExportStore,
    private readonly rates: RateLimits,
  ) {}

  /**
   * Constant memory, however many orders there are: one batch at a time, as fast as it is taken, and no transaction
   * across batches. Throws `rate_limited`; what fails after the first batch breaks the content off.
   */
  async open(seller: Caller & { shopId: string }, query: SellerOrdersExportQuery): Promise<SalesFile> {
    const retryAfterMs = this.rates.take(`sales-export:${seller.shopId}`, rate);
    if (retryAfterMs > 0) throw new AppError('rate_limited', { retryAfterMs });
    const { handle, until } = await this.store.begin(this.database.db, seller.shopId);
    const { from = null, to = null, status = null } = query;
    const filter = { shopId: seller.shopId, from, to, status, until };
    const first = await this.#batch(filter, null);
    const name = ['orders', handle, from, to && `to-${to}`, status].filter(Boolean).join('-');
    return { name: `${name}.csv`, content: this.#content(filter, first) };
  }

  async *#content(filter: SalesFilter, first: SoldItem[]): AsyncGenerator<string> {
    yield byteOrderMark + csvLine(columns.map(([name]) => name));
    for (let batch = first; ; ) {
      const last = batch.at(-1);
      if (!last) return;
      yield batch.map((item) => csvLine(columns.map(([, cell]) => cell(item)))).join('');
      batch = await this.#batch(filter, last.orderId);
    }
  }

  #batch(filter: SalesFilter, afterOrderId: string | null): Promise<SoldItem[]> {
    return this.store.batch(this.database.db, filter, afterOrderId, ordersPerBatch);
  }
}
