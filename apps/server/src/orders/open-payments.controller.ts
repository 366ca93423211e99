import { Controller, Inject } from '@nestjs/common';
import type { PaymentToConfirm } from '@vybekart/contract';
import { type Caller, Endpoint, IdParam, SignedIn } from '../platform/endpoint.ts';
import { OpenPayments } from './open-payments.service.ts';

@Controller()
export class OpenPaymentsController {
  constructor(@Inject(OpenPayments) private readonly payments: OpenPayments) {}

  @Endpoint('paymentToConfirm')
  toConfirm(@SignedIn() buyer: Caller, @IdParam('id') id: string): Promise<PaymentToConfirm> {
    return this.payments.toConfirm(buyer.userId, id);
  }
}
