import type { Order, PlaceOrder } from '@vybekart/contract';
import type { PaymentProviders } from '../payments/payment-provider.ts';
import type { PaymentsOptions } from '../payments/payments-options.ts';
import { AppError, type Failure } from '../platform/app-error.ts';
import { type Database, isDatabaseUnavailable, violatedConstraint } from '../platform/database.ts';
import type { Log } from '../platform/log.ts';
import { type IdempotentRequests, type KeptAnswer, keptRefusal } from './idempotent-requests.ts';
import { fingerprint, type KeyedRequest } from './keyed-request.ts';
import type { OrderPlacement, Placement } from './order-placement.ts';
import type { OrderRefusals } from './order-refusals.ts';
import { toNewOrder, toOrder, toPlacedOrder } from './order-view.ts';
import type { OrdersStore } from './orders.store.ts';
import { type PaidFor, type PlacementRequest, placeOrderRoute, type Refusal } from './placement.store.ts';
import type { Settlement } from './settlement.ts';

const maxAttempts = 3;
const keyConstraints = [
  'order_answers_pkey',
  'orders_buyer_id_idempotency_key_key',
  'payments_pkey',
  'idempotency_keys_pkey',
];
const isKeyTaken = (error: unknown) => keyConstraints.includes(violatedConstraint(error) ?? '');

/**
 * POST /orders: the hold is committed first, then the payment is made, then the buyer gets what is needed to pay, or to
 * promise to pay at the door.
 * When it breaks off in between, the same key goes on with the same order.
 */
export class Checkout {
  constructor(
    private readonly database: Database,
    private readonly store: OrdersStore,
    private readonly placement: OrderPlacement,
    private readonly refusals: OrderRefusals,
    private readonly requests: IdempotentRequests,
    private readonly settlement: Settlement,
    private readonly log: Log,
    private readonly providers: PaymentProviders,
    private readonly paymentsOptions: PaymentsOptions,
  ) {}

  /** A refusal names the `requestId`. Throws `payment_unavailable` with the order kept for the same key. */
  placeOrder(buyerId: string, input: PlaceOrder, key: string, requestId: () => string): Promise<KeptAnswer> {
    const request: PlacementRequest = {
      buyerId,
      streamId: input.streamId ?? null,
      paymentMethod: input.paymentMethod,
      key,
      asked: [input],
      address: input.shippingAddress ?? null,
      lines: input.items,
    };
    return this.requests.alone(keyedRequest(request), () => this.#place(request, requestId));
  }

  async #place(request: PlacementRequest, requestId: () => string): Promise<KeptAnswer> {
    const isCash = request.paymentMethod === 'cash_on_delivery';
    const soldOut = this.placement.soldOut(request.lines);
    const refusal = soldOut ? outOfStock(soldOut, 0) : isCash && (await this.refusals.explainCash(request));
    if (refusal) return this.#refuse(request, refusal, requestId);
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const placement = await this.#tryToPlace(request);
      switch (placement.kind) {
        case 'placed':
          return this.#pay(request, toNewOrder(request, placement), requestId);
        case 'known':
          return this.#resume(request, requestId);
        case 'out_of_stock':
          return this.#refuse(request, outOfStock(placement.variantId, placement.available), requestId);
        case 'refused': {
          const error = await this.refusals.explain(request);
          if (error) return this.#refuse(request, error, requestId);
        }
      }
    }
    throw new AppError('unavailable', { retryAfterMs: 1000 });
  }

  async #tryToPlace(request: PlacementRequest): Promise<Placement> {
    try {
      return await this.placement.place(request);
    } catch (error) {
      if (isKeyTaken(error)) return { kind: 'known' };
      throw error;
    }
  }

  /** The key was used before: its answer, or its order taken up where somebody left it. */
  async #resume(request: PlacementRequest, requestId: () => string): Promise<KeptAnswer> {
    const { db } = this.database;
    const keyed = keyedRequest(request);
    const answer = await this.requests.answered(keyed);
    if (answer) return answer;
    const row = await this.store.findByKey(db, request.buyerId, request.key);
    if (row && !row.fingerprint.equals(fingerprint(request.asked)))
      throw new AppError('idempotency_key_reused');
    if (!row || !(await this.store.takeUpCheckout(db, row.id, this.requests.wasLeft(keyed)))) {
      throw new AppError('idempotency_in_progress', { retryAfterMs: 1000 });
    }
    if (row.status !== 'pending') {
      const { id: orderId, status } = row;
      return this.#refuse(
        request,
        new AppError('conflict', { orderId, orderStatus: status }),
        requestId,
        orderId,
      );
    }
    return this.#pay(request, toOrder(row, await this.store.items(db, [row.id])), requestId);
  }

  async #pay(request: PlacementRequest, order: Order, requestId: () => string): Promise<KeptAnswer> {
    const { providers } = this;
    const provider = request.paymentMethod === 'cash_on_delivery' ? providers.cash : providers.online;
    try {
      const payment = await provider.create({
        orderId: order.id,
        buyerId: request.buyerId,
        ...order.total,
        paymentId: null,
        placedAt: new Date(order.createdAt),
        payableUntil: new Date(order.holdExpiresAt ?? order.createdAt),
      });
      const body = JSON.stringify(toPlacedOrder(order, payment, this.paymentsOptions));
      const isPayable = await this.#record({
        orderId: order.id,
        provider: provider.name,
        paymentIntentId: payment.id,
        body,
      });
      // It closed meanwhile: the sweeper, which now sees the payment, cancels it.
      if (!isPayable) throw new AppError('conflict', { orderId: order.id });
      return { status: 201, body, isReplayed: false };
    } catch (error) {
      if (error instanceof AppError && error.code === 'payment_refused') {
        return this.#giveUp(request, order, error, requestId);
      }
      // Somebody took the key over and was faster.
      const answer = isKeyTaken(error) ? await this.requests.answered(keyedRequest(request)) : null;
      if (answer) return answer;
      if (!isDatabaseUnavailable(error))
        await this.store.leaveCheckout(this.database.db, order.id).catch(() => {});
      throw error;
    }
  }

  /** A webhook may write the payment down at this very moment; then it is there the second time. */
  async #record(payment: PaidFor): Promise<boolean> {
    try {
      return await this.placement.recordPayment(payment);
    } catch (error) {
      if (!violatedConstraint(error)?.startsWith('payments_')) throw error;
      return this.placement.recordPayment(payment);
    }
  }

  /** There will never be a payment: the hold ends at once, and the buyer is told why. */
  async #giveUp(
    request: PlacementRequest,
    order: Order,
    error: AppError,
    requestId: () => string,
  ): Promise<KeptAnswer> {
    this.log.error({ orderId: order.id, ...error.facts }, 'the payment provider refused an order');
    await this.store.move(this.database.db, order.id, 'close', { closing_to: 'canceled' });
    await this.settlement.settle(order.id);
    return this.#refuse(request, error, requestId, order.id);
  }

  /** `orderId`: the order of this very request, when there is one. */
  async #refuse(
    request: PlacementRequest,
    refusal: Failure,
    requestId: () => string,
    orderId: string | null = null,
  ): Promise<KeptAnswer> {
    const answer = keptRefusal(refusal, requestId());
    const isNew = await this.#tryToKeep({
      buyerId: request.buyerId,
      key: request.key,
      orderId,
      asked: request.asked,
      status: answer.status,
      body: answer.body,
    });
    return isNew ? answer : this.#resume(request, requestId);
  }

  async #tryToKeep(refusal: Refusal): Promise<boolean> {
    try {
      return await this.placement.keepRefusal(refusal);
    } catch (error) {
      if (isKeyTaken(error)) return false;
      throw error;
    }
  }
}

/** No Error: finding out where it was made would be a good part of what a refusal costs, and nobody asks. */
const outOfStock = (variantId: string, available: number): Failure => ({
  code: 'out_of_stock',
  facts: { variantId, available },
});

function keyedRequest(request: PlacementRequest): KeyedRequest {
  const { buyerId: actorId, key, asked } = request;
  return { actorId, route: placeOrderRoute, key, orderId: null, asked };
}
