import type { Money, Pin, Product } from '@vybekart/contract';

/** What the buy sheet needs to know of a product, from a pin, a line-up or a shop. */
export interface Buyable {
  productId: string;
  title: string;
  imageUrl: string | null;
  price: Money;
  variants: readonly BuyableVariant[];
}

export interface BuyableVariant {
  id: string;
  title: string;
  price: Money;
  available: number;
}

export function buyableFromPin(pin: Pin): Buyable {
  return {
    productId: pin.product.id,
    title: pin.product.title,
    imageUrl: pin.product.imageUrls[0] ?? null,
    price: pin.product.price,
    variants: pin.variants,
  };
}

export function buyableFromProduct(product: Product): Buyable {
  return {
    productId: product.id,
    title: product.title,
    imageUrl: product.imageUrls[0] ?? null,
    price: product.price,
    variants: product.variants,
  };
}

/** With the stock that the room told of since the product was fetched. */
export function withRoomStock(buyable: Buyable, stock: Readonly<Record<string, number>>): Buyable {
  return {
    ...buyable,
    variants: buyable.variants.map((variant) => ({
      ...variant,
      available: stock[variant.id] ?? variant.available,
    })),
  };
}

export function availableUnits(buyable: Buyable): number {
  return buyable.variants.reduce((sum, variant) => sum + Math.max(0, variant.available), 0);
}

/** The lowest price of a variant, and whether others cost more. */
export function priceRange(buyable: Buyable): { lowest: Money; varies: boolean } {
  const [first, ...others] = buyable.variants;
  if (!first) return { lowest: buyable.price, varies: false };
  let lowest = first.price;
  for (const { price } of others) if (price.amountMinor < lowest.amountMinor) lowest = price;
  return { lowest, varies: others.some(({ price }) => price.amountMinor !== first.price.amountMinor) };
}
