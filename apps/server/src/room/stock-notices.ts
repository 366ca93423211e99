import type { StockStore } from '../catalog/stock.store.ts';
import type { Database } from '../platform/database.ts';
import type { RoomsStore } from './rooms.store.ts';
import type { Rooms } from './rooms.ts';

const coalesceMs = 250;

/**
 * Tells the rooms that show a product what is left of it. Changes within a quarter of a second are told as one, and a
 * figure that the room knows already is not told again.
 */
export class StockNotices {
  #waiting = new Set<string>();
  #turn: Promise<void> | undefined;

  constructor(
    private readonly rooms: Rooms,
    private readonly store: RoomsStore,
    private readonly stock: StockStore,
    private readonly database: Database,
  ) {}

  /** Resolves when the rooms have been told. */
  changed(variantIds: readonly string[]): Promise<void> {
    for (const id of variantIds) this.#waiting.add(id);
    this.#turn ??= new Promise((resolve) => setTimeout(resolve, coalesceMs)).then(() => {
      const variants = [...this.#waiting];
      this.#waiting = new Set();
      this.#turn = undefined;
      return this.#tellAll(variants);
    });
    return this.#turn;
  }

  async #tellAll(variantIds: readonly string[]): Promise<void> {
    const stock = await this.stock.ofVariants(this.database.db, variantIds);
    const productIds = [...new Set(stock.map(({ productId }) => productId))];
    for (const { streamId, productId } of await this.store.showing(this.database.db, productIds)) {
      for (const variant of stock.filter((each) => each.productId === productId)) {
        await this.#tell(streamId, productId, variant.variantId);
      }
    }
  }

  async #tell(streamId: string, productId: string, variantId: string): Promise<void> {
    const { room, writer } = await this.rooms.open(streamId);
    await writer.append(async (trx) => {
      // Read under the room's lock, so that of two changes the later figure is told last.
      const [stock] = await this.stock.ofVariants(trx, [variantId]);
      if (!stock || room.figureOf(variantId) === stock.available) return null;
      const fields = { productId, variantId, available: stock.available };
      return { event: 'stock_changed', fields, pdt: room.videoTime() };
    });
  }
}
