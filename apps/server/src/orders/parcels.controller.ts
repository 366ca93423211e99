import { Body, Controller, Inject, Req, Res } from '@nestjs/common';
import { type SellerOrder, TakeBack } from '@vybekart/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, Endpoint, IdempotencyKey, IdParam, Seller } from '../platform/endpoint.ts';
import { sendKept } from './kept-answer.reply.ts';
import { Parcels } from './parcels.service.ts';

type SellerCaller = Caller & { shopId: string };

@Controller()
export class ParcelsController {
  constructor(@Inject(Parcels) private readonly parcels: Parcels) {}

  @Endpoint('deliverOrder')
  deliver(@Seller() seller: SellerCaller, @IdParam('id') id: string): Promise<SellerOrder> {
    return this.parcels.deliver(seller, id);
  }

  @Endpoint('takeBackOrder')
  takeBack(
    @Seller() seller: SellerCaller,
    @IdParam('id') id: string,
    @Body({ schema: TakeBack }) body: TakeBack,
  ): Promise<SellerOrder> {
    return this.parcels.takeBack(seller, id, body.restock);
  }

  @Endpoint('cancelSale')
  async cancel(
    @Seller() seller: SellerCaller,
    @IdempotencyKey() key: string,
    @IdParam('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendKept(reply, await this.parcels.cancel(seller, id, key, request.id));
  }
}
