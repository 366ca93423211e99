import type {
  CashToConfirm,
  Currency,
  FulfilmentStatus,
  Order,
  OrderStatus,
  PaymentToConfirm,
  PlacedCashOrder,
  PlacedOrder,
  RefundRequest,
  SellerOrder,
  ShippingAddress,
} from '@vybekart/contract';
import { uploadUrl } from '../accounts/upload-url.ts';
import type { NewPayment, SentCode } from '../payments/payment-provider.ts';
import type { PaymentsOptions } from '../payments/payments-options.ts';
import { type PlacedOne, type PlacementRequest, totalMinor } from './placement.store.ts';

/** As the database makes JSON of it: `createdAt` has an offset and microseconds. */
export type RefundRequestFacts = RefundRequest;

export interface OrderRow {
  id: string;
  status: OrderStatus;
  /** Null until its payment is written down. */
  payment_provider: string | null;
  buyer_id: string;
  buyer_name: string;
  stream_id: string | null;
  shop_id: string;
  shop_handle: string;
  shop_name: string;
  seller_id: string;
  currency: string;
  total_minor: number;
  refunded_minor: number;
  taken_back_minor: number;
  has_inquiry: boolean;
  is_disputed: boolean;
  has_failed_refund: boolean;
  shipping_address: unknown;
  fulfilment_status: string;
  carrier: string | null;
  tracking_number: string | null;
  refund_request: RefundRequestFacts | null;
  hold_expires_at: Date | null;
  paid_at: Date | null;
  created_at: Date;
}

export interface OrderItemRow {
  order_id: string;
  variant_id: string;
  product_id: string;
  title: string;
  variant_title: string;
  image_id: string | null;
  quantity: number;
  unit_price_minor: number;
}

export function toOrder(order: OrderRow, items: readonly OrderItemRow[]): Order {
  const currency = order.currency as Currency;
  return {
    id: order.id,
    status: order.status,
    paymentMethod: order.payment_provider === 'cash_on_delivery' ? 'cash_on_delivery' : 'online',
    streamId: order.stream_id,
    shop: { id: order.shop_id, handle: order.shop_handle, name: order.shop_name },
    items: items.map((item) => ({
      variantId: item.variant_id,
      productId: item.product_id,
      title: item.title,
      variantTitle: item.variant_title,
      imageUrl: uploadUrl(item.image_id),
      quantity: item.quantity,
      unitPrice: { amountMinor: item.unit_price_minor, currency },
    })),
    total: { amountMinor: order.total_minor, currency },
    refunded: { amountMinor: order.refunded_minor, currency },
    fulfilment: {
      status: order.fulfilment_status as FulfilmentStatus,
      carrier: order.carrier,
      trackingNumber: order.tracking_number,
    },
    refundRequest: order.refund_request && {
      ...order.refund_request,
      createdAt: new Date(order.refund_request.createdAt).toISOString(),
    },
    holdExpiresAt: order.hold_expires_at?.toISOString() ?? null,
    paidAt: order.paid_at?.toISOString() ?? null,
    createdAt: order.created_at.toISOString(),
  };
}

export function toSellerOrder(order: OrderRow, items: readonly OrderItemRow[]): SellerOrder {
  return {
    ...toOrder(order, items),
    buyer: { id: order.buyer_id, displayName: order.buyer_name },
    shippingAddress: order.shipping_address as ShippingAddress | null,
    hasInquiry: order.has_inquiry,
    isDisputed: order.is_disputed,
    hasFailedRefund: order.has_failed_refund,
    takenBack: { amountMinor: order.taken_back_minor, currency: order.currency as Currency },
  };
}

/** An order that was placed this moment, without reading it again. */
export function toNewOrder(
  request: PlacementRequest,
  { orderId, offers, createdAt, holdExpiresAt }: PlacedOne,
): Order {
  const lines = request.lines.flatMap(({ variantId, quantity }) => {
    const offer = offers.get(variantId);
    return offer ? [{ ...offer, quantity }] : [];
  });
  const [first] = lines;
  if (!first) throw new Error(`order ${orderId} was placed without a line`);
  const currency = first.currency as Currency;
  return {
    id: orderId,
    status: 'pending',
    paymentMethod: request.paymentMethod,
    streamId: request.streamId,
    shop: { id: first.shopId, handle: first.shopHandle, name: first.shopName },
    items: lines.map((line) => ({
      variantId: line.variantId,
      productId: line.productId,
      title: line.title,
      variantTitle: line.variantTitle,
      imageUrl: uploadUrl(line.imageId),
      quantity: line.quantity,
      unitPrice: { amountMinor: line.unitPriceMinor, currency },
    })),
    total: { amountMinor: totalMinor(request), currency },
    refunded: { amountMinor: 0, currency },
    fulfilment: { status: 'none', carrier: null, trackingNumber: null },
    refundRequest: null,
    holdExpiresAt,
    paidAt: null,
    createdAt,
  };
}

/** What the buyer needs to pay, or to promise it: the answer to POST /orders. */
export function toPlacedOrder(
  order: Order,
  { id, nextStep }: NewPayment,
  options: PaymentsOptions,
): PlacedOrder | PlacedCashOrder {
  const reservation = { expiresAt: order.holdExpiresAt ?? order.createdAt };
  if (nextStep.kind === 'one_time_code') return { order, reservation, payment: toCashToConfirm(nextStep) };
  return { order, reservation, payment: toPaymentToConfirm(id, nextStep.clientSecret, options) };
}

export function toPaymentToConfirm(
  paymentIntentId: string,
  clientSecret: string,
  { label, publishableKey, apiBase }: PaymentsOptions,
): PaymentToConfirm {
  return {
    provider: label,
    paymentIntentId,
    clientSecret,
    publishableKey,
    ...(apiBase === undefined ? {} : { apiBase }),
  };
}

export function toCashToConfirm({ sentTo, expiresAt, nextCodeAt, triesLeft }: SentCode): CashToConfirm {
  return {
    provider: 'cash_on_delivery',
    sentTo,
    codeExpiresAt: expiresAt.toISOString(),
    nextCodeAt: nextCodeAt?.toISOString() ?? null,
    triesLeft,
  };
}
