import {
  type NewPayment,
  PaymentProvider,
  type PaymentRequest,
  type PaymentSnapshot,
} from '../../src/payments/payment-provider.ts';

/** A provider that answers at once and without a network: it makes payments, and nothing ever comes of them. */
export class InstantPayments extends PaymentProvider {
  readonly name = 'instant';

  async create(order: PaymentRequest): Promise<NewPayment> {
    const id = `pi_${order.orderId.replaceAll('-', '')}`;
    return {
      id,
      nextStep: { kind: 'client_secret', clientSecret: `${id}_secret_${order.orderId.slice(-12)}` },
      status: 'open',
      amountMinor: order.amountMinor,
      amountReceivedMinor: 0,
      awaitsBuyer: false,
      currency: order.currency,
      orderId: order.orderId,
    };
  }

  async retrieve(paymentId: string): Promise<PaymentSnapshot> {
    throw new Error(`${paymentId} cannot be asked for`);
  }

  async cancel(paymentId: string): Promise<PaymentSnapshot> {
    throw new Error(`${paymentId} cannot be cancelled`);
  }

  async *createdSince(): AsyncIterable<PaymentSnapshot> {}

  async refund(): Promise<never> {
    throw new Error('nothing was paid');
  }

  async retrieveRefund(): Promise<never> {
    throw new Error('nothing was refunded');
  }

  async methodOf(): Promise<null> {
    return null;
  }

  async disputesOf(): Promise<[]> {
    return [];
  }

  async *disputedSince(): AsyncIterable<string> {}
}
