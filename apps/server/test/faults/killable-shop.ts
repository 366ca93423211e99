import type { Client } from '@vybekart/client';
import type { CrashPoint } from '../../src/platform/crash-points.ts';
import { KillableServer } from './killable-server.ts';

const password = 'a long enough secret';
const handle = 'sahil-silks';
const emails = { buyer: 'asha@example.test', seller: 'sahil@example.test' };
export const priceMinor = 49_900;

/** A server that may die, with a shop that sells one product, also at the door, and a buyer. */
export class KillableShop implements AsyncDisposable {
  variantId = '';

  private constructor(
    readonly server: KillableServer,
    /** Signed in to the server as it runs now. */
    public buyer: Client,
    public seller: Client,
  ) {}

  static async open(stock: number): Promise<KillableShop> {
    const server = await KillableServer.open();
    try {
      await server.start();
      const shop = new KillableShop(server, server.client(), server.client());
      await shop.#furnish(stock);
      return shop;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** With a crash point it will die there. */
  async startAgain(point?: CrashPoint): Promise<void> {
    await this.server.stop();
    await this.server.start(point);
    [this.buyer, this.seller] = [this.server.client(), this.server.client()];
    await this.buyer.session.login({ email: emails.buyer, password });
    await this.seller.session.login({ email: emails.seller, password });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  async #furnish(stock: number): Promise<void> {
    await this.buyer.session.register({ email: emails.buyer, password, displayName: 'Asha' });
    const shop = { name: 'Sahil Silks', handle };
    await this.seller.session.register({ email: emails.seller, password, displayName: 'Sahil', shop });
    await this.seller.api.call('updateShop', { params: { handle }, body: { cashOnDelivery: true } });
    const product = await this.seller.api.call('createProduct', {
      body: { title: 'Silk saree', price: { amountMinor: priceMinor, currency: 'inr' }, stock },
    });
    this.variantId = product.variants[0]?.id ?? '';
  }
}
