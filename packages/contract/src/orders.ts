import { z } from 'zod';
import { Id, Money, maxAmountMinor, PageQuery, Timestamp, text } from './common.ts';
import { Language } from './languages.ts';

export const OrderStatus = z.enum([
  'pending',
  'processing',
  'confirmed',
  'closing',
  'expired',
  'canceled',
  'paid',
  'refund_pending',
  'refunded',
  'partially_refunded',
]);
export type OrderStatus = z.infer<typeof OrderStatus>;

export const FulfilmentStatus = z.enum(['none', 'packed', 'shipped', 'delivered', 'returned']);
export type FulfilmentStatus = z.infer<typeof FulfilmentStatus>;

/** An Indian address; a PIN code has six digits and does not begin with 0 (India Post). */
export const ShippingAddress = z
  .strictObject({
    name: text({ min: 1, max: 80 }),
    phone: z.string().regex(/^\+?[0-9]{10,15}$/, 'use 10 to 15 digits'),
    line1: text({ min: 1, max: 120 }),
    line2: text({ min: 0, max: 120 }).optional(),
    city: text({ min: 1, max: 60 }),
    state: text({ min: 1, max: 60 }),
    postalCode: z.string().regex(/^[1-9][0-9]{5}$/, 'a PIN code has six digits'),
    country: z.literal('IN').default('IN'),
  })
  .meta({ id: 'ShippingAddress' });
export type ShippingAddress = z.infer<typeof ShippingAddress>;

/** `cash_on_delivery` is paid at the door, in shops that offer it. */
export const PaymentMethod = z.enum(['online', 'cash_on_delivery']);
export type PaymentMethod = z.infer<typeof PaymentMethod>;

export const PlaceOrder = z
  .strictObject({
    streamId: Id.optional(),
    items: z
      .array(
        z.strictObject({
          variantId: Id,
          quantity: z.int().min(1).max(100),
          expectedUnitPriceMinor: z.int().min(1).max(maxAmountMinor),
        }),
      )
      .min(1)
      .max(20)
      .refine((items) => new Set(items.map((item) => item.variantId)).size === items.length, {
        error: 'name each variant once',
      }),
    shippingAddress: ShippingAddress.optional(),
    paymentMethod: PaymentMethod.default('online'),
  })
  .refine(({ paymentMethod, shippingAddress }) => paymentMethod === 'online' || shippingAddress, {
    error: 'is needed for a parcel that is paid at the door',
    path: ['shippingAddress'],
  })
  .meta({ id: 'PlaceOrder' });
export type PlaceOrder = z.infer<typeof PlaceOrder>;
export type PlaceOrderInput = z.input<typeof PlaceOrder>;

export const OrderItem = z.object({
  variantId: Id,
  productId: Id,
  title: z.string(),
  variantTitle: z.string(),
  imageUrl: z.string().nullable(),
  quantity: z.int(),
  unitPrice: Money,
});

/** A buyer asked for the money back. `answer`: why the seller declined. */
export const RefundRequest = z.object({
  id: Id,
  status: z.enum(['open', 'approved', 'declined']),
  reason: z.string(),
  answer: z.string().nullable(),
  createdAt: Timestamp,
});
export type RefundRequest = z.infer<typeof RefundRequest>;

/** `refundRequest`: the latest one. */
export const Order = z
  .object({
    id: Id,
    status: OrderStatus,
    paymentMethod: PaymentMethod,
    streamId: Id.nullable(),
    shop: z.object({ id: Id, handle: z.string(), name: z.string() }),
    items: z.array(OrderItem).min(1),
    total: Money,
    refunded: Money,
    fulfilment: z.object({
      status: FulfilmentStatus,
      carrier: z.string().nullable(),
      trackingNumber: z.string().nullable(),
    }),
    refundRequest: RefundRequest.nullable(),
    holdExpiresAt: Timestamp.nullable(),
    paidAt: Timestamp.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Order' });
export type Order = z.infer<typeof Order>;

/**
 * What a buyer's bank does about a payment. `inquiry`: it asks and takes nothing, and a refund settles it; when it is
 * over (`inquiry_closed`), it may still become a dispute. `open`: the bank decides. `lost`: the money is gone.
 */
export type DisputeStatus = 'inquiry' | 'inquiry_closed' | 'open' | 'won' | 'lost';

/** Without `lang` a receipt is in the language that Accept-Language prefers. */
export const ReceiptQuery = z.strictObject({ lang: Language.optional() });
export type ReceiptQuery = z.infer<typeof ReceiptQuery>;

/**
 * The seller also sees who bought, where to send it, whether the buyer's bank asks about the payment (`hasInquiry`) or
 * decides about the money (`isDisputed`), and what it took back for good. `hasFailedRefund`: it waits for another one.
 */
export const SellerOrder = Order.extend({
  buyer: z.object({ id: Id, displayName: z.string() }),
  shippingAddress: ShippingAddress.nullable(),
  hasInquiry: z.boolean(),
  isDisputed: z.boolean(),
  hasFailedRefund: z.boolean(),
  takenBack: Money,
}).meta({ id: 'SellerOrder' });
export type SellerOrder = z.infer<typeof SellerOrder>;

/** How the client pays: `local` exactly when the server talks to the bundled Stripe emulator. */
export const PaymentToConfirm = z.object({
  provider: z.enum(['stripe', 'local']),
  paymentIntentId: z.string(),
  clientSecret: z.string(),
  publishableKey: z.string(),
  apiBase: z.string().optional(),
});
export type PaymentToConfirm = z.infer<typeof PaymentToConfirm>;

export const PlacedOrder = z
  .object({
    order: Order,
    reservation: z.object({ expiresAt: Timestamp }),
    payment: PaymentToConfirm,
  })
  .meta({ id: 'PlacedOrder' });
export type PlacedOrder = z.infer<typeof PlacedOrder>;

/**
 * A one-time code went to where the buyer alone reads it; `masked` says where, for its owner to recognize. Unless the
 * code is given in time, the order expires as an unpaid one. `nextCodeAt`: when another code may be asked for, null
 * after the last one.
 */
export const CashToConfirm = z
  .object({
    provider: z.literal('cash_on_delivery'),
    sentTo: z.object({ channel: z.enum(['inbox', 'sms']), masked: z.string() }),
    codeExpiresAt: Timestamp,
    nextCodeAt: Timestamp.nullable(),
    triesLeft: z.int(),
  })
  .meta({ id: 'CashToConfirm' });
export type CashToConfirm = z.infer<typeof CashToConfirm>;

export const PlacedCashOrder = PlacedOrder.extend({ payment: CashToConfirm }).meta({ id: 'PlacedCashOrder' });
export type PlacedCashOrder = z.infer<typeof PlacedCashOrder>;

export const ConfirmCash = z
  .strictObject({ code: z.string().regex(/^[0-9]{6}$/, 'a code has six digits') })
  .meta({ id: 'ConfirmCash' });
export type ConfirmCash = z.infer<typeof ConfirmCash>;

export const Fulfil = z
  .strictObject({
    carrier: text({ min: 1, max: 60 }).optional(),
    trackingNumber: text({ min: 1, max: 80 }).optional(),
  })
  .meta({ id: 'Fulfil' });
export type Fulfil = z.infer<typeof Fulfil>;

/** `restock`: the refused goods are here and can be sold again. */
export const TakeBack = z.strictObject({ restock: z.boolean().default(false) }).meta({ id: 'TakeBack' });
export type TakeBack = z.infer<typeof TakeBack>;

export const RefundOrder = z
  .strictObject({ amountMinor: z.int().min(1).max(maxAmountMinor), restock: z.boolean().default(false) })
  .meta({ id: 'RefundOrder' });
export type RefundOrder = z.infer<typeof RefundOrder>;

const Reason = text({ min: 1, max: 500, multiline: true });
export const AskForRefund = z.strictObject({ reason: Reason }).meta({ id: 'AskForRefund' });
export type AskForRefund = z.infer<typeof AskForRefund>;
export const DeclineRefund = z.strictObject({ reason: Reason }).meta({ id: 'DeclineRefund' });
export type DeclineRefund = z.infer<typeof DeclineRefund>;

/** What an order waits for: its parcel to go or to arrive; an answer to who wants the money back, or its way back. */
export const SellerTask = z.enum(['pack', 'deliver', 'answer']);
export type SellerTask = z.infer<typeof SellerTask>;

export const SellerOrderQuery = PageQuery.extend({ streamId: Id.optional(), task: SellerTask.optional() });
export type SellerOrderQuery = z.infer<typeof SellerOrderQuery>;

const Day = z.iso
  .date()
  .refine((day) => day >= '2000-01-01' && day < '2100-01-01', 'must be in this century');
/** `from`, `to`: whole days in India, both included; what is left out does not bound. */
export const SellerOrdersExportQuery = z
  .strictObject({ from: Day.optional(), to: Day.optional(), status: OrderStatus.optional() })
  .refine(({ from, to }) => !from || !to || from <= to, { error: 'must not be before from', path: ['to'] });
export type SellerOrdersExportQuery = z.infer<typeof SellerOrdersExportQuery>;

/** Figures of one show, or of the shop when no stream is named; `revenue` counts paid orders less refunds. */
export const SellerDashboard = z
  .object({
    orders: z.int(),
    unitsSold: z.int(),
    revenue: Money,
    viewerCount: z.int(),
    peakViewerCount: z.int(),
    likeCount: z.int(),
    messageCount: z.int(),
    followerCount: z.int(),
  })
  .meta({ id: 'SellerDashboard' });
export type SellerDashboard = z.infer<typeof SellerDashboard>;
export const DashboardQuery = z.strictObject({ streamId: Id.optional() });
