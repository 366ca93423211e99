import type { Currency, Pin, Product, Variant } from '@vybekart/contract';
import { uploadUrl } from '../accounts/upload-url.ts';

export interface ProductRow {
  id: string;
  shop_id: string;
  shop_handle: string;
  shop_name: string;
  title: string;
  description: string;
  image_ids: string[];
  price_minor: number;
  currency: string;
  version: number;
  created_at: Date;
}

export interface VariantRow {
  id: string;
  product_id: string;
  title: string;
  sku: string | null;
  price_minor: number | null;
  on_hand: number;
  reserved: number;
}

/** `viewerShopId`: the shop of who looks, null for buyers and guests; only the product's own shop sees its stock. */
export function toProduct(
  product: ProductRow,
  variants: readonly VariantRow[],
  viewerShopId: string | null,
): Product {
  const isOwn = product.shop_id === viewerShopId;
  return {
    id: product.id,
    shop: { id: product.shop_id, handle: product.shop_handle, name: product.shop_name },
    title: product.title,
    description: product.description,
    imageUrls: product.image_ids.map((id) => uploadUrl(id)),
    price: { amountMinor: product.price_minor, currency: product.currency as Currency },
    variants: variants.map((variant) => toVariant(variant, product, isOwn)),
    version: product.version,
    createdAt: product.created_at.toISOString(),
  };
}

export function toVariant(
  variant: VariantRow,
  product: Pick<ProductRow, 'price_minor' | 'currency'>,
  isOwn: boolean,
): Variant {
  const { id, title, sku, on_hand: onHand, reserved } = variant;
  return {
    id,
    title,
    sku,
    price: {
      amountMinor: variant.price_minor ?? product.price_minor,
      currency: product.currency as Currency,
    },
    available: onHand - reserved,
    ...(isOwn ? { onHand, reserved } : {}),
  };
}

/** What viewers of a show see of a pinned product. */
export function toPin(product: Product): Pin {
  return {
    id: product.id,
    product: { id: product.id, title: product.title, imageUrls: product.imageUrls, price: product.price },
    variants: product.variants.map(({ id, title, price, available }) => ({ id, title, price, available })),
  };
}
