import { doorSteps } from './door-model.ts';
import type { Model, Step } from './explore.ts';
import { close, may, move, order, release, sell, settle } from './order-settling.ts';
import {
  type Act,
  type Buyer,
  broken,
  firstState,
  keyOf,
  type Mistake,
  type ShopState,
  unfinished,
} from './shop-state.ts';

/** Orders, holds, payments, their provider and its webhooks, with all that can happen between them. */
export function orderModel(mistakes: readonly Mistake[] = []): Model<ShopState> {
  const possible = possibleSteps((mistake) => mistakes.includes(mistake));
  return {
    first: firstState,
    key: keyOf,
    steps: (state) => stepsOf(state, possible),
    broken,
    unfinished,
  };
}

type PossibleStep = { name: string; act: Act; isProgress: boolean; index: 0 | 1 };

function stepsOf(state: ShopState, possible: readonly PossibleStep[]): Step<ShopState>[] {
  const steps: Step<ShopState>[] = [];
  for (const { name, act, isProgress, index } of possible) {
    const buyers: [Buyer, Buyer] = [{ ...state.buyers[0] }, { ...state.buyers[1] }];
    const next = { ...state, buyers };
    if (act(next, buyers[index]) !== false) steps.push({ name, next, isProgress });
  }
  return steps;
}

function possibleSteps(makes: (mistake: Mistake) => boolean): PossibleStep[] {
  const stepsFor = (acts: Record<string, Act>, isProgress: boolean) =>
    Object.entries(acts).flatMap(([name, act]) => [
      { name: `${name} A`, act, isProgress, index: 0 as const },
      { name: `${name} B`, act, isProgress, index: 1 as const },
    ]);
  const outside = { ...outsideSteps(makes), ...doorSteps(makes) };
  return [...stepsFor(systemSteps(makes), true), ...stepsFor(outside, false)];
}

const isFinal = (status: Buyer['known']) => status === 'succeeded' || status === 'canceled';

/** What our server and the bank do sooner or later. */
function systemSteps(makes: (mistake: Mistake) => boolean): Record<string, Act> {
  const deliver = (shop: ShopState, buyer: Buyer) => {
    if (buyer.known === 'none' && makes('lookupByPayment')) return;
    if (makes('noDedup') && buyer.status === 'paid') sell(shop, buyer);
    if (!isFinal(buyer.known)) buyer.known = buyer.payment;
  };
  return {
    'create payment for': (_, buyer) => {
      if (buyer.status !== 'pending' || buyer.payment !== 'none') return false;
      buyer.payment = 'open';
    },
    'write down payment of': (_, buyer) => {
      if (buyer.payment === 'none' || buyer.known !== 'none') return false;
      buyer.known = 'open';
      buyer.canPay = buyer.status === 'pending' && !buyer.isCash;
    },
    'hear of success of': (shop, buyer) => {
      if (buyer.succeededNews === 0) return false;
      buyer.succeededNews -= 1;
      deliver(shop, buyer);
    },
    'hear of failure of': (shop, buyer) => {
      if (buyer.failedNews === 0) return false;
      buyer.failedNews -= 1;
      if (makes('failKills') && buyer.holds) {
        release(shop, buyer);
        buyer.status = 'canceled';
      }
      deliver(shop, buyer);
    },
    expire: (shop, buyer) => close(shop, buyer, 'expire', makes),
    'make impossible the payment of': (_, buyer) => {
      const isOrphan = may('return_late', buyer) && buyer.known === 'open' && !makes('noReconciling');
      if (buyer.payment !== 'open' || buyer.known === 'none') return false;
      if (buyer.status !== 'closing' && !isOrphan) return false;
      buyer.payment = 'canceled';
    },
    'ask for payment of': (_, buyer) => {
      if (buyer.payment === 'none' || buyer.known === buyer.payment || isFinal(buyer.known)) return false;
      const isAskedAnyway = buyer.status === 'closing' && buyer.known !== 'none';
      if (makes('noReconciling') && !isAskedAnyway) return false;
      buyer.known = buyer.payment;
    },
    settle: (shop, buyer) => settle(shop, buyer, makes),
    refund: (_, buyer) => {
      if (buyer.status !== 'refund_pending' || buyer.failedRefund !== 'none') return false;
      buyer.refunds += 1;
      move(buyer, 'refund_all');
    },
    'hear of the failed refund of': (_, buyer) => {
      if (buyer.failedRefund !== 'unheard' || makes('refundIsFinal')) return false;
      buyer.failedRefund = 'told';
      move(buyer, 'reopen_refund');
    },
    'hear from the bank of': (_, buyer) => {
      if (buyer.payment !== 'processing') return false;
      buyer.payment = 'succeeded';
      buyer.succeededNews += 1;
    },
  };
}

/** What people and the network may do, or not. */
function outsideSteps(makes: (mistake: Mistake) => boolean): Record<string, Act> {
  return {
    'order by': (shop, buyer) => order(shop, buyer, makes),
    'pay as': (_, buyer) => {
      if (buyer.payment !== 'open' || buyer.isCash || !(buyer.canPay || makes('earlySecret'))) return false;
      buyer.payment = 'succeeded';
      buyer.succeededNews += 1;
    },
    'pay slowly as': (shop, buyer) => {
      if (buyer.payment !== 'open' || !buyer.canPay || shop.slowPaymentsLeft === 0) return false;
      shop.slowPaymentsLeft -= 1;
      buyer.payment = 'processing';
    },
    'refuse the money of': (_, buyer) => {
      if (buyer.payment !== 'processing') return false;
      buyer.payment = 'open';
      buyer.failedNews += 1;
    },
    'cancel as': (shop, buyer) => close(shop, buyer, 'cancel', makes),
    'lose news of': (_, buyer) => {
      if (buyer.succeededNews + buyer.failedNews === 0) return false;
      buyer.succeededNews = 0;
      buyer.failedNews = 0;
    },
    'copy news of': (shop, buyer) => {
      if (buyer.succeededNews !== 1 || shop.copiesLeft === 0) return false;
      shop.copiesLeft -= 1;
      buyer.succeededNews += 1;
    },
    'create too late a payment for': (shop, buyer) => {
      if (shop.lateCallsLeft === 0 || buyer.payment !== 'none' || !may('return_late', buyer)) return false;
      shop.lateCallsLeft -= 1;
      buyer.payment = 'open';
    },
    'send back the refund of': (shop, buyer) => {
      if (buyer.status !== 'refunded' || shop.failedRefundsLeft === 0) return false;
      shop.failedRefundsLeft -= 1;
      buyer.refunds -= 1;
      buyer.failedRefund = 'unheard';
    },
    'make another refund for': (_, buyer) => {
      if (buyer.failedRefund !== 'told') return false;
      buyer.failedRefund = 'none';
    },
    'refund again': (_, buyer) => {
      if (buyer.status !== 'refund_pending' || !makes('refundNoKey')) return false;
      buyer.refunds += 1;
    },
    'take away the stock before': (shop) => {
      if (!shop.canEdit || (shop.reserved > 0 && !makes('editBlind'))) return false;
      shop.canEdit = false;
      shop.onHand = 0;
      shop.shelf = 0;
    },
  };
}
