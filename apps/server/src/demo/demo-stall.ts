import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '@vybekart/client';
import type { Product } from '@vybekart/contract';
import type { DemoProduct, DemoShop } from './demo-programme.ts';

const restockBelow = 1;

/** A demo seller's shop, filled once through the public API as any seller would fill it. */
export class DemoStall {
  readonly #products = new Map<string, Product>();
  #cover: Promise<string> | undefined;

  constructor(
    private readonly client: Client,
    private readonly shop: DemoShop,
    private readonly planned: readonly DemoProduct[],
    private readonly assetsDir: string,
  ) {}

  /** Puts the pictures and products up that are missing. */
  async fill(): Promise<void> {
    const { items } = await this.client.api.call('listProducts', {
      query: { shop: this.shop.handle, limit: 100 },
    });
    for (const planned of this.planned) {
      const existing = items.find((item) => item.title === planned.title);
      this.#products.set(planned.key, existing ?? (await this.#create(planned)));
    }
    const { avatarUrl } = await this.client.api.call('getShop', { params: { handle: this.shop.handle } });
    if (!avatarUrl) {
      await this.client.api.call('updateShop', {
        params: { handle: this.shop.handle },
        body: { avatarId: await this.#upload(this.shop.avatar), cashOnDelivery: true },
      });
    }
  }

  get productIds(): string[] {
    return [...this.#products.values()].map((product) => product.id);
  }

  productId(key: string): string | undefined {
    return this.#products.get(key)?.id;
  }

  /** The picture of the show, sent once. */
  cover(): Promise<string> {
    this.#cover ??= this.#upload(this.shop.cover);
    this.#cover.catch(() => {
      this.#cover = undefined;
    });
    return this.#cover;
  }

  async #upload(file: string): Promise<string> {
    const image = new Blob([await readFile(path.join(this.assetsDir, file))], { type: 'image/webp' });
    return (await this.client.api.uploadImage(image)).id;
  }

  /** A demo must not be sold out for ever: what is gone comes back before it is shown again. */
  async restock(productId: string): Promise<void> {
    const product = await this.client.api.call('getProduct', { params: { id: productId } });
    for (const variant of product.variants.filter((candidate) => candidate.available < restockBelow)) {
      await this.client.api.call('adjustStock', {
        params: { id: variant.id },
        body: { delta: 5, reason: 'Demo restock' },
      });
    }
  }

  async #create(planned: DemoProduct): Promise<Product> {
    const imageIds: string[] = [];
    for (const image of planned.images) imageIds.push(await this.#upload(image));
    return this.client.api.call('createProduct', {
      body: {
        title: planned.title,
        description: planned.description,
        imageIds,
        price: { amountMinor: planned.priceMinor, currency: 'inr' },
        variants: planned.variants,
      },
    });
  }
}
