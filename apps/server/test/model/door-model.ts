import { may, move, order, release, settle } from './order-settling.ts';
import type { Act, Mistake } from './shop-state.ts';

/** What buyers who pay at the door do, the seller, and the courier between them. */
export function doorSteps(makes: (mistake: Mistake) => boolean): Record<string, Act> {
  return {
    'order for cash by': (shop, buyer) => {
      buyer.isCash = true;
      return order(shop, buyer, makes);
    },
    'give the code as': (_, buyer) => {
      if (!buyer.isCash || buyer.payment !== 'open' || !may('confirm', buyer)) return false;
      move(buyer, 'confirm');
      buyer.known = 'open';
    },
    'ship to': (shop, buyer) => {
      if (buyer.status !== 'confirmed' || buyer.parcel !== 'here' || !buyer.holds) return false;
      buyer.parcel = 'on the road';
      shop.shelf -= 1;
    },
    'deliver to': (shop, buyer) => {
      if (buyer.status !== 'confirmed') return false;
      if (buyer.parcel === 'here') shop.shelf -= 1;
      buyer.parcel = 'here';
      buyer.payment = 'succeeded';
      buyer.known = 'succeeded';
      return settle(shop, buyer, makes);
    },
    'be refused at the door of': (shop, buyer) => {
      if (buyer.status !== 'confirmed' || buyer.parcel !== 'on the road') return false;
      buyer.parcel = 'refused';
      buyer.payment = 'canceled';
      buyer.known = 'canceled';
      move(buyer, 'close');
      release(shop, buyer);
      move(buyer, 'cancel');
      if (!makes('silentReturn')) shop.onHand -= 1;
    },
    'put back on the shelf the parcel of': (shop, buyer) => {
      if (buyer.parcel !== 'refused') return false;
      buyer.parcel = 'here';
      shop.shelf += 1;
      if (!makes('silentReturn')) shop.onHand += 1;
    },
  };
}
