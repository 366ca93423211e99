import { Body, Controller, Inject, Req, Res } from '@nestjs/common';
import { AskForRefund, DeclineRefund, RefundOrder } from '@vybekart/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, Endpoint, IdempotencyKey, IdParam, Seller, SignedIn } from '../platform/endpoint.ts';
import { sendKept } from './kept-answer.reply.ts';
import { RefundRequestsService } from './refund-requests.service.ts';

type SellerCaller = Caller & { shopId: string };

@Controller()
export class RefundRequestsController {
  constructor(@Inject(RefundRequestsService) private readonly refunds: RefundRequestsService) {}

  @Endpoint('askForRefund')
  async ask(
    @SignedIn() buyer: Caller,
    @IdempotencyKey() key: string,
    @IdParam('id') id: string,
    @Body({ schema: AskForRefund }) body: AskForRefund,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendKept(reply, await this.refunds.ask(buyer.userId, id, body, key, request.id));
  }

  @Endpoint('approveRefund')
  async approve(
    @Seller() seller: SellerCaller,
    @IdempotencyKey() key: string,
    @IdParam('id') id: string,
    @Body({ schema: RefundOrder }) body: RefundOrder,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendKept(reply, await this.refunds.approve(seller, id, body, key, request.id));
  }

  @Endpoint('declineRefund')
  async decline(
    @Seller() seller: SellerCaller,
    @IdempotencyKey() key: string,
    @IdParam('id') id: string,
    @Body({ schema: DeclineRefund }) body: DeclineRefund,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendKept(reply, await this.refunds.decline(seller, id, body, key, request.id));
  }
}
