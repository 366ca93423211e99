import { z } from 'zod';
import { Id, Timestamp } from './common.ts';

/** An entry of the in-app inbox; the title and the body are ready to show. */
export const Notification = z
  .object({
    id: Id,
    kind: z.enum(['stream_live', 'order_paid', 'new_order', 'order_closed', 'order_refunded']),
    title: z.string(),
    body: z.string(),
    streamId: Id.nullable(),
    orderId: Id.nullable(),
    createdAt: Timestamp,
    readAt: Timestamp.nullable(),
  })
  .meta({ id: 'Notification' });
export type Notification = z.infer<typeof Notification>;
