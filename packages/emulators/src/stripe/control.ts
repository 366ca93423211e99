import type { Account } from './account.ts';
import { closeDispute, escalateInquiry, openDispute } from './disputes.ts';
import { answerChallenge } from './payment-attempts.ts';
import {
  type FaultedRequests,
  isRequestFault,
  type RequestFault,
  type RequestFaults,
} from './request-faults.ts';
import { flawOfWebhookFaults, noWebhookFaults, type WebhookFaults } from './webhook-faults.ts';
import type { WebhookAttempt, WebhookSender } from './webhook-sender.ts';

/** A command of the control port named something that does not exist, or is not in the state for it. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** What the bank, the buyer and the network do, for tests and demonstrations. */
export class StripeControl {
  /** Opens `/_control`; made anew at every start. */
  readonly token: string;
  readonly #account: Account;
  readonly #webhooks: WebhookSender;
  readonly #requestFaults: RequestFaults;

  constructor(token: string, account: Account, webhooks: WebhookSender, requestFaults: RequestFaults) {
    this.token = token;
    this.#account = account;
    this.#webhooks = webhooks;
    this.#requestFaults = requestFaults;
  }

  /** The next matching API requests meet this fault. */
  failRequests(fault: RequestFault, requests?: FaultedRequests): void {
    if (!isRequestFault(fault)) throw new ControlError('no such fault');
    this.#requestFaults.add(fault, requests);
  }

  /** From now on events are delivered with these faults; what is not named works. */
  setWebhookFaults(faults: Partial<WebhookFaults>): void {
    const flaw = flawOfWebhookFaults(faults);
    if (flaw !== null) throw new ControlError(`${flaw} is unknown or has an unacceptable value`);
    this.#webhooks.faults = { ...noWebhookFaults, ...faults };
  }

  /** As when a day goes by: no request is remembered by its idempotency key any more. */
  forgetKeys(): void {
    const { answer } = this.#account.ledger.tables;
    for (const { id } of answer.oldestFirst()) answer.delete(id);
  }

  clearFaults(): void {
    this.#requestFaults.clear();
    this.#webhooks.faults = noWebhookFaults;
  }

  /** All of them sign each delivery: the new and the old one while a secret is rotated. */
  setWebhookSecrets(secrets: readonly string[]): void {
    if (secrets.length === 0) throw new ControlError('at least one secret is needed');
    this.#webhooks.setSecrets(secrets);
  }

  /** Sends an event again, also a dropped one. */
  resendEvent(eventId: string): void {
    if (!this.#webhooks.resend(eventId)) throw new ControlError(`no event ${eventId}`);
  }

  /** The last 1,000 requests to the webhook endpoint, the oldest first. */
  webhookAttempts(): readonly WebhookAttempt[] {
    return this.#webhooks.attempts;
  }

  /** Ends the wait of a processing PaymentIntent or an unsettled refund now. */
  settle(id: string, outcome: 'succeeded' | 'failed'): void {
    if (!this.#account.settle(id, outcome)) throw new ControlError(`${id} waits for nothing`);
  }

  /** The buyer passes or fails the 3D Secure challenge of this PaymentIntent. */
  answerChallenge(paymentIntentId: string, passed: boolean): void {
    for (const challenge of this.#account.ledger.tables.challenge.oldestFirst()) {
      if (challenge.paymentIntentId !== paymentIntentId) continue;
      this.#account.run((tx) => answerChallenge(tx, challenge.id, passed));
      return;
    }
    throw new ControlError(`${paymentIntentId} has no open challenge`);
  }

  /** The buyer of a succeeded PaymentIntent disputes its charge. Returns the id of the dispute. */
  openDispute(paymentIntentId: string, reason = 'fraudulent'): string {
    return this.#dispute(paymentIntentId, reason, false);
  }

  /** The bank asks about a succeeded PaymentIntent and takes nothing yet. Returns the id of the dispute. */
  openInquiry(paymentIntentId: string, reason = 'fraudulent'): string {
    return this.#dispute(paymentIntentId, reason, true);
  }

  #dispute(paymentIntentId: string, reason: string, isInquiry: boolean): string {
    return this.#account.run((tx) => {
      const chargeId = tx.get('payment_intent', paymentIntentId)?.latest_charge;
      const charge = chargeId ? tx.get('charge', chargeId) : undefined;
      if (!charge?.paid) throw new ControlError(`${paymentIntentId} has no paid charge`);
      if (charge.disputed || charge.amount_refunded === charge.amount) {
        throw new ControlError(`${paymentIntentId} has nothing left to dispute`);
      }
      return openDispute(tx, charge, reason, isInquiry).id;
    });
  }

  closeDispute(disputeId: string, outcome: 'won' | 'lost'): void {
    this.#account.run((tx) => {
      const dispute = tx.get('dispute', disputeId);
      if (dispute?.status !== 'needs_response') throw new ControlError(`${disputeId} is not open`);
      closeDispute(tx, dispute, outcome);
    });
  }

  closeInquiry(disputeId: string): void {
    this.#account.run((tx) => {
      const dispute = tx.get('dispute', disputeId);
      if (dispute?.status !== 'warning_needs_response')
        throw new ControlError(`${disputeId} is no open inquiry`);
      closeDispute(tx, dispute, 'warning_closed');
    });
  }

  /** An inquiry, open or closed, becomes a dispute. */
  escalateInquiry(disputeId: string): void {
    this.#account.run((tx) => {
      const dispute = tx.get('dispute', disputeId);
      if (!dispute?.status.startsWith('warning_')) throw new ControlError(`${disputeId} is no inquiry`);
      escalateInquiry(tx, dispute);
    });
  }
}
