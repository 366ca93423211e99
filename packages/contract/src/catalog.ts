import { z } from 'zod';
import { Id, Money, PageQuery, Price, Timestamp, text } from './common.ts';

export const ProductTitle = text({ min: 1, max: 120 });
export const VariantTitle = text({ min: 1, max: 60 });
/** A million units of one variant is more than any show has sold. */
export const StockCount = z.int().min(0).max(1_000_000);

export const CreateVariant = z.strictObject({
  title: VariantTitle,
  sku: text({ min: 1, max: 60 }).optional(),
  price: Price.optional(),
  stock: StockCount,
});

/** With `variants` each one has its stock; without, `stock` makes one variant named "Standard". */
export const CreateProduct = z
  .strictObject({
    title: ProductTitle,
    description: text({ min: 0, max: 2000, multiline: true }).optional(),
    imageIds: z.array(Id).max(8).default([]),
    price: Price,
    variants: z.array(CreateVariant).min(1).max(50).optional(),
    stock: StockCount.optional(),
  })
  .superRefine((product, context) => {
    if (product.variants && product.stock !== undefined) {
      context.addIssue({ code: 'custom', path: ['stock'], message: 'give stock to the variants' });
    }
    for (const [index, variant] of (product.variants ?? []).entries()) {
      if (variant.price && variant.price.currency !== product.price.currency) {
        context.addIssue({
          code: 'custom',
          path: ['variants', index, 'price', 'currency'],
          message: "must be the product's currency",
        });
      }
    }
  })
  .meta({ id: 'CreateProduct' });
export type CreateProduct = z.infer<typeof CreateProduct>;
export type CreateProductInput = z.input<typeof CreateProduct>;

/** `version` is the optimistic lock: a stale one answers 409 `conflict`; as `If-Match: "3"` 412 `precondition_failed`. */
export const UpdateProduct = z
  .strictObject({
    version: z.int().optional(),
    title: ProductTitle.optional(),
    description: text({ min: 0, max: 2000, multiline: true }).optional(),
    imageIds: z.array(Id).max(8).optional(),
    price: Price.optional(),
  })
  .meta({ id: 'UpdateProduct' });
export type UpdateProduct = z.infer<typeof UpdateProduct>;

/** `available = onHand - reserved`; `onHand` and `reserved` are shown to the seller only. */
export const Variant = z
  .object({
    id: Id,
    title: z.string(),
    sku: z.string().nullable(),
    price: Money,
    available: z.int(),
    onHand: z.int().optional(),
    reserved: z.int().optional(),
  })
  .meta({ id: 'Variant' });
export type Variant = z.infer<typeof Variant>;

export const Product = z
  .object({
    id: Id,
    shop: z.object({ id: Id, handle: z.string(), name: z.string() }),
    title: z.string(),
    description: z.string(),
    imageUrls: z.array(z.string()),
    price: Money,
    variants: z.array(Variant).min(1),
    version: z.int(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Product' });
export type Product = z.infer<typeof Product>;

export const ProductQuery = PageQuery.extend({ shop: z.string().min(1).max(60).optional() });

export const StockAdjustment = z
  .strictObject({
    delta: z
      .int()
      .min(-1_000_000)
      .max(1_000_000)
      .refine((delta) => delta !== 0, 'must not be zero'),
    reason: text({ min: 1, max: 200 }),
  })
  .meta({ id: 'StockAdjustment' });
export type StockAdjustment = z.infer<typeof StockAdjustment>;

/**
 * `restock`: units back on the shelf; `return`: back after they were at the buyer's; `undelivered`: refused at the door
 * and off the shelf until somebody has looked at them.
 */
export const StockMovementKind = z.enum([
  'opening',
  'adjustment',
  'sale',
  'restock',
  'return',
  'undelivered',
]);
export type StockMovementKind = z.infer<typeof StockMovementKind>;

/** An entry of the ledger of a variant's stock. `by`: who did it, null for what orders did by themselves. */
export const StockMovement = z
  .object({
    id: z.int(),
    kind: StockMovementKind,
    delta: z.int(),
    onHandAfter: z.int(),
    reason: z.string(),
    orderId: Id.nullable(),
    by: z.object({ id: Id, displayName: z.string() }).nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'StockMovement' });
export type StockMovement = z.infer<typeof StockMovement>;
