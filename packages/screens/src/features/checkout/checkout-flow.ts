import { type Api, ApiError, type Clock, type LiveConnection, newId } from '@vybekart/client';
import type { Money, Order, PaymentToConfirm, PlaceOrderInput } from '@vybekart/contract';
import {
  type CheckoutEvent,
  type CheckoutState,
  initialCheckout,
  orderEnd,
  type Placed,
  reduceCheckout,
} from './checkout-state';
import { codeRefusal } from './code-refusal';
import { answerChallenge, confirmLocally, type LocalOutcome, type TestMethod } from './local-payment';

interface CheckoutPorts {
  api: Pick<Api, 'call'>;
  live: Pick<LiveConnection, 'on'>;
  clock: Clock;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** How often the order is asked for while a payment is on its way, and while nobody has paid yet. */
const urgentPollMs = 1500;
const patientPollMs = 10_000;
const paidStatuses: readonly Order['status'][] = ['paid', 'partially_refunded'];

/**
 * One purchase, from the choice to the paid order; a class that the sheet observes. The key of an attempt is made
 * once and kept over its retries, so that a lost answer never buys twice; another choice is another attempt.
 */
export class CheckoutFlow {
  readonly #ports: CheckoutPorts;
  readonly #listeners = new Set<() => void>();
  #state: CheckoutState = initialCheckout;
  #attempt: { key: string; body: string } | null = null;
  #unlisten = () => {};
  #cancelPoll = () => {};
  /** A payment that takes its time was on its way when we last heard. */
  #isProcessing = false;
  #isClosed = false;

  constructor(ports: CheckoutPorts) {
    this.#ports = ports;
  }

  readonly getSnapshot = (): CheckoutState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Stops following the order; what was placed goes on without us. */
  close(): void {
    this.#isClosed = true;
    this.#unfollow();
  }

  /** Back to the choice; an order that is held stays held until it is paid, cancelled or expires. */
  change(): void {
    this.#attempt = null;
    this.#unfollow();
    this.#dispatch({ type: 'change' });
  }

  async place(body: PlaceOrderInput, price: Money): Promise<void> {
    this.#dispatch({ type: 'place' });
    if (this.#state.step !== 'placing') return;
    const text = JSON.stringify(body);
    if (this.#attempt?.body !== text) this.#attempt = { key: newId(this.#ports.clock.now()), body: text };
    try {
      const placed = await this.#ports.api.call('placeOrder', { body, idempotencyKey: this.#attempt.key });
      this.#dispatch({ type: 'placed', placed });
      this.#follow(placed.order.id);
    } catch (thrown) {
      this.#refused(ApiError.from(thrown), price);
    }
  }

  /** Goes on with an order that was placed before and is still held. */
  resume(placed: Placed): void {
    this.#dispatch({ type: 'place' });
    this.#dispatch({ type: 'placed', placed });
    this.#follow(placed.order.id);
  }

  async payLocally(method: TestMethod): Promise<void> {
    const payment = this.beginConfirming();
    if (payment) this.confirmed(await confirmLocally(payment, method, this.#ports.fetch));
  }

  async answerBank(approves: boolean): Promise<void> {
    const { challengeId } = this.#state;
    if (challengeId === null) return;
    const payment = this.beginConfirming();
    if (payment) this.confirmed(await answerChallenge(payment, challengeId, approves, this.#ports.fetch));
  }

  /** A payment form has begun to confirm; answers what it confirms, or null when it may not. */
  beginConfirming(): PaymentToConfirm | null {
    this.#dispatch({ type: 'confirm' });
    const payment = this.#state.placed?.payment;
    if (this.#state.step !== 'confirming' || payment?.provider === 'cash_on_delivery') return null;
    return payment ?? null;
  }

  /** Gives the one-time code of an order that is paid at the door. */
  async giveCode(code: string): Promise<void> {
    const { placed } = this.#state;
    this.#dispatch({ type: 'confirm' });
    if (this.#state.step !== 'confirming' || placed?.payment.provider !== 'cash_on_delivery') return;
    const params = { id: placed.order.id };
    try {
      this.#heard(await this.#ports.api.call('confirmCash', { params, body: { code } }));
    } catch (thrown) {
      const error = ApiError.from(thrown);
      const refusal = codeRefusal(error);
      this.#dispatch(refusal ? { type: 'code_refused', ...refusal } : { type: 'unreachable' });
      // The last try is gone, or the order closed meanwhile: what it is now says the rest.
      if (error.code === 'conflict') await this.#ask();
    }
  }

  async sendAnotherCode(): Promise<void> {
    const { placed } = this.#state;
    if (!placed) return;
    try {
      const payment = await this.#ports.api.call('resendCashCode', { params: { id: placed.order.id } });
      this.#dispatch({ type: 'code_sent', payment });
    } catch (thrown) {
      const error = ApiError.from(thrown);
      const refusal = codeRefusal(error);
      if (refusal) this.#dispatch({ type: 'code_refused', ...refusal });
      if (error.code === 'conflict') await this.#ask();
    }
  }

  /** What the provider answered to a confirmation. */
  confirmed(outcome: LocalOutcome): void {
    switch (outcome.kind) {
      case 'submitted':
        this.#dispatch({ type: 'submitted' });
        this.#planPoll();
        break;
      case 'declined':
        this.#dispatch({ type: 'declined', reason: outcome.reason });
        break;
      case 'authenticate':
        this.#dispatch({ type: 'authenticate', challengeId: outcome.challengeId });
        break;
      case 'unreachable':
        this.#dispatch({ type: 'unreachable' });
        break;
    }
  }

  #refused(error: ApiError, oldPrice: Money): void {
    const facts = error.problem ?? {};
    // Only an attempt whose end is unknown keeps its key: the others have ended, and would end the same again.
    const isUnknown =
      error.status === null || error.status >= 500 || error.code === 'idempotency_in_progress';
    if (!isUnknown) this.#attempt = null;
    if (error.code === 'out_of_stock') {
      const available = 'available' in facts && typeof facts.available === 'number' ? facts.available : 0;
      this.#dispatch({ type: 'sold_out', available });
    } else if (error.code === 'price_changed' && 'currentUnitPriceMinor' in facts) {
      const amountMinor = Number(facts.currentUnitPriceMinor);
      this.#dispatch({ type: 'price_changed', oldPrice, newPrice: { ...oldPrice, amountMinor } });
    } else {
      this.#dispatch({ type: 'refused', code: error.code });
    }
  }

  /** Hears of the order by socket, and asks for it in case the socket is silent. */
  #follow(orderId: string): void {
    if (this.#isClosed) return;
    this.#unlisten = this.#ports.live.on('order_updated', ({ order }) => {
      if (order.id === orderId) this.#heard(order);
    });
    this.#planPoll();
  }

  #planPoll(): void {
    this.#cancelPoll();
    const isUrgent = this.#state.step === 'waiting' || this.#state.step === 'confirming';
    this.#cancelPoll = this.#ports.clock.after(
      isUrgent ? urgentPollMs : patientPollMs,
      () => void this.#ask(),
    );
  }

  async #ask(): Promise<void> {
    const orderId = this.#state.placed?.order.id;
    if (!orderId || this.#isClosed) return;
    try {
      this.#heard(await this.#ports.api.call('getOrder', { params: { id: orderId } }));
    } catch {
      // The next question or the socket will tell.
    }
    if (this.#state.placed?.order.id === orderId && !this.#isClosed && !this.#isOver()) this.#planPoll();
  }

  #heard(order: Order): void {
    const wasProcessing = this.#isProcessing;
    this.#isProcessing = order.status === 'processing';
    if (order.holdExpiresAt) this.#dispatch({ type: 'hold_moved', expiresAt: order.holdExpiresAt });
    const end = orderEnd(order.status);
    if (paidStatuses.includes(order.status)) this.#dispatch({ type: 'order_paid' });
    else if (order.status === 'confirmed') this.#dispatch({ type: 'order_confirmed' });
    else if (end) this.#dispatch({ type: 'order_closed', end });
    else if (wasProcessing && order.status === 'pending') this.#dispatch({ type: 'declined', reason: null });
    if (this.#isOver()) this.#unfollow();
  }

  #isOver(): boolean {
    return ['paid', 'promised', 'expired'].includes(this.#state.step);
  }

  #unfollow(): void {
    this.#isProcessing = false;
    this.#cancelPoll();
    this.#unlisten();
  }

  #dispatch(event: CheckoutEvent): void {
    const next = reduceCheckout(this.#state, event);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of [...this.#listeners]) listener();
  }
}
