import { Body, Controller, Inject, Query, Req, Res } from '@nestjs/common';
import { type Order, PageQuery, PlaceOrder } from '@vybekart/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, Endpoint, IdempotencyKey, IdParam, SignedIn } from '../platform/endpoint.ts';
import { Checkout } from './checkout.ts';
import { sendKept } from './kept-answer.reply.ts';
import { OrdersService } from './orders.service.ts';

@Controller()
export class OrdersController {
  constructor(
    @Inject(OrdersService) private readonly orders: OrdersService,
    @Inject(Checkout) private readonly checkout: Checkout,
  ) {}

  @Endpoint('placeOrder')
  async place(
    @SignedIn() buyer: Caller,
    @IdempotencyKey() key: string,
    @Body({ schema: PlaceOrder }) body: PlaceOrder,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendKept(reply, await this.checkout.placeOrder(buyer.userId, body, key, () => request.id));
  }

  @Endpoint('listOrders')
  list(
    @SignedIn() buyer: Caller,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<{ items: Order[]; nextCursor: string | null }> {
    return this.orders.list(buyer.userId, query);
  }

  @Endpoint('getOrder')
  get(@SignedIn() buyer: Caller, @IdParam('id') id: string): Promise<Order> {
    return this.orders.get(buyer.userId, id);
  }

  @Endpoint('cancelOrder')
  async cancel(
    @SignedIn() buyer: Caller,
    @IdempotencyKey() key: string,
    @IdParam('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendKept(reply, await this.orders.cancel(buyer.userId, id, key, request.id));
  }
}
