import type { DurablePayloads, Me, Order, Pin, RoomEvent, SellerOrder, Session } from '@vybekart/contract';
import { newId } from '../src/index.ts';

export const streamId = newId();
/** Whoever writes through the scripted server. */
export const viewer = { id: newId(), displayName: 'Asha' };
export const viewerStanding = { role: 'viewer' as const, isBanned: false, mutedUntil: null };

export function aMe(overrides: Partial<Me> = {}): Me {
  return {
    id: newId(),
    email: 'asha@example.com',
    displayName: 'Asha',
    shop: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    ...overrides,
  };
}

/** A session whose access token lives until `expiresAtMs`. */
export function aSession(expiresAtMs: number, overrides: Partial<Session> = {}): Session {
  return {
    user: aMe(),
    accessToken: `access-${newId()}`,
    accessTokenExpiresAt: new Date(expiresAtMs).toISOString(),
    refreshToken: `refresh-${newId()}`,
    ...overrides,
  };
}

export function aPin(overrides: Partial<Pin> = {}): Pin {
  const id = overrides.id ?? newId();
  const price = { amountMinor: 129_900, currency: 'inr' as const };
  return {
    id,
    product: { id, title: 'Silk saree', imageUrls: [], price },
    variants: [{ id: newId(), title: 'Standard', price, available: 5 }],
    ...overrides,
  };
}

export function anOrder(overrides: Partial<Order> = {}): Order {
  const total = { amountMinor: 129_900, currency: 'inr' as const };
  return {
    id: newId(),
    status: 'paid',
    paymentMethod: 'online',
    streamId,
    shop: { id: newId(), handle: 'sahil', name: 'Sahil' },
    items: [
      {
        variantId: newId(),
        productId: newId(),
        title: 'Silk saree',
        variantTitle: 'Standard',
        imageUrl: null,
        quantity: 1,
        unitPrice: total,
      },
    ],
    total,
    refunded: { amountMinor: 0, currency: 'inr' },
    fulfilment: { status: 'none', carrier: null, trackingNumber: null },
    refundRequest: null,
    holdExpiresAt: null,
    paidAt: '2026-03-01T10:00:00.000Z',
    createdAt: '2026-03-01T09:59:00.000Z',
    ...overrides,
  };
}

export function aSellerOrder(overrides: Partial<SellerOrder> = {}): SellerOrder {
  return {
    ...anOrder(overrides),
    buyer: { id: newId(), displayName: 'Ravi' },
    shippingAddress: null,
    hasInquiry: false,
    isDisputed: false,
    hasFailedRefund: false,
    takenBack: { amountMinor: 0, currency: 'inr' },
    ...overrides,
  };
}

type Body<N extends RoomEvent['event']> = Omit<Extract<RoomEvent, { event: N }>, 'streamId' | 'seq' | 'at'>;
export type EventBody = { [N in RoomEvent['event']]: Body<N> }[RoomEvent['event']];

export function anEvent(seq: number, body: EventBody): RoomEvent {
  return {
    streamId,
    seq,
    at: new Date(Date.UTC(2026, 2, 1, 10, 0, seq)).toISOString(),
    ...body,
  } as RoomEvent;
}

export function chat(text: string, overrides: Partial<DurablePayloads['new_message']['message']> = {}) {
  const user = { id: newId(), displayName: 'Ravi', role: 'viewer' as const };
  return {
    event: 'new_message' as const,
    message: { id: newId(), clientMsgId: newId(), text, user, ...overrides },
  };
}
