import type { Charge, Dispute, Refund } from './charge-objects.ts';
import type { PaymentIntent } from './payment-objects.ts';

/** The version of the API that all objects follow. */
export const API_VERSION = '2026-10-28.endive';

export type EventObject = PaymentIntent | Charge | Refund | Dispute;

export interface Event {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: EventObject; previous_attributes?: Record<string, unknown> };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}

export interface List<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  url: string;
}
