import type { OrderStatus } from '@vybekart/contract';
import { isHolding } from '../../src/orders/order-state.ts';
import type { PaymentStatus } from '../../src/payments/payment-provider.ts';

/** Mistakes that shops have made; the model of a shop that makes them must break. */
export type Mistake =
  /** Time is up: the hold is released before the payment is made impossible. */
  | 'releaseFirst'
  /** Money that comes late buys, whether there is stock or not. */
  | 'lateSell'
  | 'lateIgnore'
  /** Nobody asks the provider for what no webhook told. */
  | 'noReconciling'
  /** A refund is sent again without a key that makes it the same one. */
  | 'refundNoKey'
  /** Money that the bank sends back after the refund had succeeded changes nothing. */
  | 'refundIsFinal'
  /** The same news of a success counts again. */
  | 'noDedup'
  /** A seller's new stock count does not look at what is held. */
  | 'editBlind'
  /** A payment that failed once ends the order. */
  | 'failKills'
  | 'noHold'
  /** The buyer can pay before the payment is written down. */
  | 'earlySecret'
  /** A webhook is matched by the payment's id alone. */
  | 'lookupByPayment'
  /** An order may be cancelled while its parcel is on the road. */
  | 'closeShipped'
  /** A parcel that is refused at the door counts as back on the shelf at that moment. */
  | 'silentReturn';

export interface Buyer {
  status: OrderStatus | 'none' | 'sold out';
  closingTo: 'expire' | 'cancel';
  holds: boolean;
  /** Wants to pay at the door. */
  isCash: boolean;
  /** `refused`: it comes back from the door, and is not here yet. */
  parcel: 'here' | 'on the road' | 'refused';
  /** The payment at the provider. */
  payment: PaymentStatus | 'none';
  /** What our row of it says. */
  known: PaymentStatus | 'none';
  /** The buyer got what is needed to pay. */
  canPay: boolean;
  /** Webhooks under way. */
  succeededNews: number;
  failedNews: number;
  /** How often the seller was told of a sale, and how often money went back. */
  sales: number;
  refunds: number;
  /** `unheard`: the bank sent the money of a refund back. `told`: the seller knows, and may make another one. */
  failedRefund: 'none' | 'unheard' | 'told';
}

/** One unit, two buyers, and a limit on what people and the network may do to keep the space finite. */
export interface ShopState {
  onHand: number;
  reserved: number;
  /** Units that are really there, whatever the books say. */
  shelf: number;
  canEdit: boolean;
  copiesLeft: number;
  slowPaymentsLeft: number;
  lateCallsLeft: number;
  failedRefundsLeft: number;
  buyers: readonly [Buyer, Buyer];
}

/** Changes a copy; answers false when the step cannot be taken. */
export type Act = (shop: ShopState, buyer: Buyer) => boolean | undefined;

const newBuyer: Buyer = {
  status: 'none',
  closingTo: 'expire',
  holds: false,
  isCash: false,
  parcel: 'here',
  payment: 'none',
  known: 'none',
  canPay: false,
  succeededNews: 0,
  failedNews: 0,
  sales: 0,
  refunds: 0,
  failedRefund: 'none',
};
const limits = { canEdit: true, copiesLeft: 1, slowPaymentsLeft: 1, lateCallsLeft: 1, failedRefundsLeft: 1 };

export const firstState: ShopState = {
  onHand: 1,
  reserved: 0,
  shelf: 1,
  ...limits,
  buyers: [newBuyer, newBuyer],
};

/** Buyers are alike: which of them is the first makes no difference. */
export function keyOf({ buyers, ...shop }: ShopState): string {
  return [Object.values(shop).join(), ...buyers.map((buyer) => Object.values(buyer).join()).sort()].join(' ');
}

/** What must hold at every commit. */
export function broken({ onHand, reserved, shelf, buyers }: ShopState): string[] {
  const rules: [isBroken: boolean, sentence: string][] = [
    [onHand < 0, 'less than nothing is on hand'],
    [reserved < 0 || reserved > onHand, 'more is held than is on hand'],
    [reserved !== buyers.filter((buyer) => buyer.holds).length, 'reserved is not the sum of the holds'],
    [onHand - reserved > shelf, 'what is not on the shelf is for sale'],
    [buyers.filter((buyer) => buyer.status === 'paid').length > 1, 'one unit was sold twice'],
  ];
  for (const { status, payment, refunds, sales, holds } of buyers) {
    rules.push(
      [status === 'paid' && payment !== 'succeeded', 'an order is paid without money'],
      [status === 'confirmed' && payment !== 'open', 'a promised order cannot be paid'],
      [status === 'paid' && refunds > 0, 'an order is paid and its money went back'],
      [refunds > 1, 'money went back twice'],
      [sales > 1, 'the seller was told twice'],
      [holds && status !== 'none' && status !== 'sold out' && !isHolding(status), 'a hold is leaked'],
    );
  }
  return rules.filter(([isBroken]) => isBroken).map(([, sentence]) => sentence);
}

/** What must hold once the system has nothing left to do. */
export function unfinished({ buyers }: ShopState): string[] {
  // What the bank sent back waits for the seller, who was told.
  const isWaiting = ({ status, failedRefund }: Buyer) =>
    status === 'refund_pending' && failedRefund === 'told';
  const others = buyers.filter((buyer) => !isWaiting(buyer));
  const isLost = others.some(
    ({ status, payment, refunds }) => payment === 'succeeded' && status !== 'paid' && refunds === 0,
  );
  const isStuck = others.some(({ status }) => ['processing', 'closing', 'refund_pending'].includes(status));
  return [
    ...(isLost ? ['money was taken, and there is neither an order nor a refund'] : []),
    ...(isStuck ? ['an order is stuck half way'] : []),
  ];
}
