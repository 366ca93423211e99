import { Readable } from 'node:stream';
import { Body, Controller, Inject, Query, Req, Res } from '@nestjs/common';
import {
  DashboardQuery,
  Fulfil,
  RefundOrder,
  type SellerDashboard,
  type SellerOrder,
  SellerOrderQuery,
  SellerOrdersExportQuery,
} from '@vybekart/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Caller, Endpoint, IdempotencyKey, IdParam, Seller } from '../platform/endpoint.ts';
import { sendKept } from './kept-answer.reply.ts';
import { SalesService } from './sales.service.ts';
import { SalesExport } from './sales-export.ts';

type SellerCaller = Caller & { shopId: string };

@Controller()
export class SalesController {
  constructor(
    @Inject(SalesService) private readonly sales: SalesService,
    @Inject(SalesExport) private readonly exports: SalesExport,
  ) {}

  @Endpoint('sellerOrders')
  list(
    @Seller() seller: SellerCaller,
    @Query({ schema: SellerOrderQuery }) query: SellerOrderQuery,
  ): Promise<{ items: SellerOrder[]; nextCursor: string | null }> {
    return this.sales.list(seller, query);
  }

  @Endpoint('exportSellerOrders')
  async export(
    @Seller() seller: SellerCaller,
    @Query({ schema: SellerOrdersExportQuery }) query: SellerOrdersExportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const file = await this.exports.open(seller, query);
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${file.name}"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(file.content, { objectMode: false }));
  }

  @Endpoint('fulfilOrder')
  fulfil(
    @Seller() seller: SellerCaller,
    @IdParam('id') id: string,
    @Body({ schema: Fulfil }) body: Fulfil,
  ): Promise<SellerOrder> {
    return this.sales.fulfil(seller, id, body);
  }

  @Endpoint('refundOrder')
  async refund(
    @Seller() seller: SellerCaller,
    @IdempotencyKey() key: string,
    @IdParam('id') id: string,
    @Body({ schema: RefundOrder }) body: RefundOrder,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendKept(reply, await this.sales.refund(seller, id, body, key, request.id));
  }

  @Endpoint('sellerDashboard')
  dashboard(
    @Seller() seller: SellerCaller,
    @Query({ schema: DashboardQuery }) query: z.output<typeof DashboardQuery>,
  ): Promise<SellerDashboard> {
    return this.sales.dashboard(seller, query.streamId ?? null);
  }
}
