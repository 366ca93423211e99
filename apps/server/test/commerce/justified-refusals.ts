import { isDeepStrictEqual } from 'node:util';
import type { ErrorCode, FulfilmentStatus, OrderStatus } from '@vybekart/contract';
import type { RowSource } from './invariants.ts';

/** What decides whether something may be done to an order. */
export interface Facts {
  status: OrderStatus;
  fulfilment: FulfilmentStatus;
  isDisputed: boolean;
  /** How many disputes there were. */
  disputes: number;
  refundableMinor: number;
  refunds: number;
  lastRefund: string | null;
  requests: number;
  openRequests: number;
  isRestocked: boolean;
  /** Whether its units ever left the stock for it. */
  isSold: boolean;
  /** Counts what was heard of its payment. */
  paymentVersion: number | null;
}

export async function factsOf(source: RowSource, orderId: string): Promise<Facts> {
  const [facts] = await source.rows<Facts>(
    `select o.status, o.fulfilment_status as fulfilment, o.is_disputed as "isDisputed",
            (select count(*)::int from disputes d where d.order_id = o.id) as disputes,
            o.total_minor - o.taken_back_minor - (
              select coalesce(sum(amount_minor), 0)::int from refunds r where r.order_id = o.id and status <> 'failed'
            ) as "refundableMinor",
            (select count(*)::int from refunds r where r.order_id = o.id) as refunds,
            (select status from refunds r where r.order_id = o.id order by id desc limit 1) as "lastRefund",
            (select count(*)::int from refund_requests q where q.order_id = o.id) as requests,
            (select count(*)::int from refund_requests q where q.order_id = o.id and status = 'open') as "openRequests",
            exists (select from stock_movements m where m.order_id = o.id and delta > 0) as "isRestocked",
            o.paid_at is not null as "isSold",
            (select version from payments p where p.order_id = o.id) as "paymentVersion"
     from orders o where o.id = $1`,
    [orderId],
  );
  if (!facts) throw new Error(`no order ${orderId}`);
  return facts;
}

/** A request that depends on the state of one order. */
export type Judged =
  | { kind: 'cancel' | 'ask' | 'decline' | 'ship' | 'deliver' | 'takeBack' | 'cancelSale' }
  | { kind: 'refund'; amountMinor: number; restock: boolean };

interface Verdicts {
  /** For each code, whether these facts are a reason for it. */
  refusals: Partial<Record<ErrorCode, (facts: Facts, what: Judged) => boolean>>;
  /** Whether the facts afterwards are those of an order to which it was done. */
  isDone: (after: Facts, before: Facts) => boolean;
}

const isPaid = ({ status }: Facts) => status === 'paid' || status === 'partially_refunded';
const isOnTheRoad = ({ fulfilment }: Facts) => fulfilment === 'shipped';
const isReturned = ({ status, fulfilment }: Facts) => status === 'canceled' && fulfilment === 'returned';
const hadMoney = ({ status }: Facts) =>
  ['paid', 'refund_pending', 'refunded', 'partially_refunded'].includes(status);
const isWithdrawn = ({ status }: Facts) =>
  status === 'canceled' || status === 'refund_pending' || status === 'refunded';

type Refund = Extract<Judged, { kind: 'refund' }>;

function isRefundable(facts: Facts, { amountMinor, restock }: Refund): boolean {
  const isDue = isPaid(facts) || (facts.status === 'refund_pending' && facts.lastRefund === 'failed');
  const isEnough = amountMinor === facts.refundableMinor || !getsNothing(facts, restock);
  return isDue && !facts.isDisputed && amountMinor <= facts.refundableMinor && isEnough;
}

/** Whoever gets nothing gets all of the money. */
function getsNothing({ isSold, isRestocked, fulfilment }: Facts, restock: boolean): boolean {
  return !isSold || ((isRestocked || restock) && (fulfilment === 'none' || fulfilment === 'packed'));
}

const verdicts: Record<Judged['kind'], Verdicts> = {
  cancel: {
    refusals: {
      order_not_cancelable: (facts) =>
        !['pending', 'closing', 'canceled'].includes(facts.status) &&
        !(facts.status === 'confirmed' && !isOnTheRoad(facts)),
    },
    isDone: isWithdrawn,
  },
  cancelSale: {
    refusals: {
      order_not_cancelable: (facts) =>
        !['closing', 'canceled'].includes(facts.status) &&
        !(facts.status === 'confirmed' && !isOnTheRoad(facts)),
    },
    isDone: isWithdrawn,
  },
  refund: {
    refusals: {
      order_not_refundable: (facts, what) => what.kind === 'refund' && !isRefundable(facts, what),
      conflict: (facts, what) =>
        what.kind === 'refund' && what.restock && (facts.isRestocked || !facts.isSold),
    },
    isDone: (after, before) => after.refunds > before.refunds,
  },
  ask: {
    refusals: {
      order_not_refundable: (facts) => !isPaid(facts) || facts.isDisputed,
      conflict: (facts) => facts.openRequests > 0,
      limit_reached: (facts) => facts.requests >= 3,
    },
    isDone: (after, before) => after.requests > before.requests,
  },
  decline: {
    refusals: { conflict: (facts) => facts.openRequests === 0 },
    isDone: (after) => after.requests > 0,
  },
  ship: {
    refusals: {
      conflict: (facts) =>
        !(isPaid(facts) || facts.status === 'confirmed') ||
        !['none', 'packed', 'shipped'].includes(facts.fulfilment),
    },
    isDone: (after) => after.fulfilment !== 'none',
  },
  deliver: {
    refusals: {
      conflict: (facts) =>
        facts.fulfilment !== 'delivered' &&
        (!(isPaid(facts) || facts.status === 'confirmed') || facts.fulfilment === 'returned'),
    },
    isDone: (after) => after.fulfilment === 'delivered' && hadMoney(after),
  },
  takeBack: {
    refusals: {
      conflict: (facts) => !isReturned(facts) && !(facts.status === 'confirmed' && isOnTheRoad(facts)),
    },
    isDone: isReturned,
  },
};

/** Whether an answer is what the facts of its moment allow. */
export const explains = {
  /** With what it may be refused at all. */
  codes: ({ kind }: Judged): string[] => Object.keys(verdicts[kind].refusals),

  /** Where the order stood still, these facts must be the reason; where it moved meanwhile, any moment's may be. */
  refusal: (what: Judged, code: string, before: Facts, after: Facts): boolean =>
    !isDeepStrictEqual(before, after) ||
    verdicts[what.kind].refusals[code as ErrorCode]?.(before, what) === true,

  success: ({ kind }: Judged, before: Facts, after: Facts): boolean => verdicts[kind].isDone(after, before),
};
