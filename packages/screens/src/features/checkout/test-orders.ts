import type { Order, PlacedCashOrder, PlacedOrder, SellerOrder } from '@vybekart/contract';

const id = (number: number) => `0190a000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** An order for tests; only what matters is given. */
export function anOrder(facts: Partial<Order> = {}): Order {
  return {
    id: id(1),
    status: 'pending',
    paymentMethod: 'online',
    streamId: id(2),
    shop: { id: id(3), handle: 'sahil', name: 'Sahil' },
    items: [
      {
        variantId: id(4),
        productId: id(5),
        title: 'Air Jordan 1',
        variantTitle: 'UK 8',
        imageUrl: null,
        quantity: 1,
        unitPrice: { amountMinor: 129_900, currency: 'inr' },
      },
    ],
    total: { amountMinor: 129_900, currency: 'inr' },
    refunded: { amountMinor: 0, currency: 'inr' },
    fulfilment: { status: 'none', carrier: null, trackingNumber: null },
    refundRequest: null,
    holdExpiresAt: '2026-11-22T09:10:00.000Z',
    paidAt: null,
    createdAt: '2026-11-22T09:00:00.000Z',
    ...facts,
  };
}

/** The same order as its seller sees it. */
export function aSellerOrder(facts: Partial<SellerOrder> = {}): SellerOrder {
  return {
    ...anOrder(),
    buyer: { id: id(6), displayName: 'Asha' },
    shippingAddress: null,
    hasInquiry: false,
    isDisputed: false,
    hasFailedRefund: false,
    takenBack: { amountMinor: 0, currency: 'inr' },
    ...facts,
  };
}

export function aPlacedOrder(): PlacedOrder {
  return {
    order: anOrder(),
    reservation: { expiresAt: '2026-11-22T09:10:00.000Z' },
    payment: {
      provider: 'local',
      paymentIntentId: 'pi_1',
      clientSecret: 'pi_1_secret_2',
      publishableKey: 'pk_test_1',
      apiBase: 'https://live.example.in/emulators/stripe',
    },
  };
}

/** An order that waits for its code: 30 s until another one may be asked for. */
export function aPlacedCashOrder(): PlacedCashOrder {
  return {
    order: anOrder({ paymentMethod: 'cash_on_delivery' }),
    reservation: { expiresAt: '2026-11-22T09:10:00.000Z' },
    payment: {
      provider: 'cash_on_delivery',
      sentTo: { channel: 'inbox', masked: 'a•••@example.in' },
      codeExpiresAt: '2026-11-22T09:10:00.000Z',
      nextCodeAt: '2026-11-22T09:00:30.000Z',
      triesLeft: 5,
    },
  };
}
