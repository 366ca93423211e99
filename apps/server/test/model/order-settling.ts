import { isAllowed, type OrderTransition, orderTransitions } from '../../src/orders/order-state.ts';
import type { Buyer, Mistake, ShopState } from './shop-state.ts';

export function may(transition: OrderTransition, { status }: Buyer): boolean {
  return status !== 'none' && status !== 'sold out' && isAllowed(transition, status);
}

/** Only as the product's own table of transitions allows. */
export function move(buyer: Buyer, transition: OrderTransition): void {
  if (!may(transition, buyer)) throw new Error(`an order cannot ${transition} from ${buyer.status}`);
  buyer.status = orderTransitions[transition].to;
}

/** Places an order; false when there is one. Without stock it is `sold out`. */
export function order(shop: ShopState, buyer: Buyer, makes: (mistake: Mistake) => boolean): boolean {
  if (buyer.status !== 'none') return false;
  buyer.status = 'pending';
  if (makes('noHold')) return true;
  if (shop.onHand - shop.reserved < 1) buyer.status = 'sold out';
  else {
    shop.reserved += 1;
    buyer.holds = true;
  }
  return true;
}

export function release(shop: ShopState, buyer: Buyer): void {
  if (!buyer.holds) return;
  buyer.holds = false;
  shop.reserved -= 1;
}

export function sell(shop: ShopState, buyer: Buyer): void {
  release(shop, buyer);
  shop.onHand -= 1;
  buyer.sales += 1;
}

/** Time is up, or somebody cancels; false when it is too late for either. */
export function close(
  shop: ShopState,
  buyer: Buyer,
  to: 'expire' | 'cancel',
  makes: (mistake: Mistake) => boolean,
): boolean {
  if (!may('close', buyer)) return false;
  if (to === 'expire' && buyer.status !== 'pending') return false;
  if (buyer.parcel === 'on the road' && !makes('closeShipped')) return false;
  move(buyer, 'close');
  buyer.closingTo = to;
  if (makes('releaseFirst')) {
    release(shop, buyer);
    move(buyer, to);
  }
  return true;
}

/** Brings an order in line with what our row of its payment says; false when it is. */
export function settle(shop: ShopState, buyer: Buyer, makes: (mistake: Mistake) => boolean): boolean {
  switch (buyer.known) {
    case 'succeeded':
      return moneyCame(shop, buyer, makes);
    case 'processing':
      if (!may('payment_processing', buyer)) return false;
      move(buyer, 'payment_processing');
      return true;
    case 'open':
      if (!may('payment_failed', buyer)) return false;
      move(buyer, 'payment_failed');
      return true;
    case 'canceled':
      if (may('payment_failed', buyer)) move(buyer, 'payment_failed');
      if (may('close', buyer)) {
        move(buyer, 'close');
        buyer.closingTo = 'cancel';
      }
      return finishClosing(shop, buyer);
    default:
      return finishClosing(shop, buyer);
  }
}

function finishClosing(shop: ShopState, buyer: Buyer): boolean {
  if (!may(buyer.closingTo, buyer)) return false;
  release(shop, buyer);
  move(buyer, buyer.closingTo);
  return true;
}

function moneyCame(shop: ShopState, buyer: Buyer, makes: (mistake: Mistake) => boolean): boolean {
  const hasStock = buyer.holds || shop.onHand - shop.reserved >= 1;
  if (may('payment_succeeded', buyer) && (hasStock || makes('lateSell'))) {
    sell(shop, buyer);
    move(buyer, 'payment_succeeded');
    return true;
  }
  if (makes('lateIgnore') || !(may('return_late', buyer) || may('payment_succeeded', buyer))) return false;
  if (may('sell_late', buyer) && hasStock) {
    sell(shop, buyer);
    move(buyer, 'sell_late');
  } else if (makes('lateSell')) {
    sell(shop, buyer);
    buyer.status = 'paid';
  } else if (may('return_late', buyer)) {
    move(buyer, 'return_late');
  } else {
    // Open without a hold: only a shop that makes none has such orders.
    buyer.status = 'refund_pending';
  }
  return true;
}
