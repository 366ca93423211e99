import { z } from 'zod';
import { Id, Timestamp } from './common.ts';

/** An entry of the in-app inbox. `title` and `body` are English; `newsInWords` says it in another language by `kind`
 * and `facts` (seller, title, amount). */
export const Notification = z
  .object({
    id: Id,
    kind: z.enum([
      'stream_live',
      'one_time_code',
      'order_paid',
      'order_confirmed',
      'new_order',
      'order_shipped',
      'order_closed',
      'order_refunded',
      'order_disputed',
      'refund_requested',
      'refund_declined',
      'refund_failed',
    ]),
    title: z.string(),
    body: z.string(),
    facts: z.record(z.string(), z.string()),
    streamId: Id.nullable(),
    orderId: Id.nullable(),
    createdAt: Timestamp,
    readAt: Timestamp.nullable(),
  })
  .meta({ id: 'Notification' });
export type Notification = z.infer<typeof Notification>;
