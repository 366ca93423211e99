import { Body, Controller, Inject } from '@nestjs/common';
import { type CashToConfirm, ConfirmCash, type Order } from '@vybekart/contract';
import { type Caller, Endpoint, IdParam, SignedIn } from '../platform/endpoint.ts';
import { CashConfirmation } from './cash-confirmation.service.ts';

@Controller()
export class CashConfirmationController {
  constructor(@Inject(CashConfirmation) private readonly confirmation: CashConfirmation) {}

  @Endpoint('confirmCash')
  confirm(
    @SignedIn() buyer: Caller,
    @IdParam('id') id: string,
    @Body({ schema: ConfirmCash }) body: ConfirmCash,
  ): Promise<Order> {
    return this.confirmation.confirm(buyer.userId, id, body.code);
  }

  @Endpoint('resendCashCode')
  resend(@SignedIn() buyer: Caller, @IdParam('id') id: string): Promise<CashToConfirm> {
    return this.confirmation.sendAnother(buyer.userId, id);
  }
}
