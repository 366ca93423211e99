import { Controller, Headers, Inject, Query, Res } from '@nestjs/common';
import { ReceiptQuery } from '@vybekart/contract';
import type { FastifyReply } from 'fastify';
import { type Caller, Endpoint, IdParam, SignedIn } from '../platform/endpoint.ts';
import { receiptPolicy } from './receipt-page.ts';
import { preferredLanguage } from './receipt-words.ts';
import { ReceiptsService } from './receipts.service.ts';

@Controller()
export class ReceiptsController {
  constructor(@Inject(ReceiptsService) private readonly receipts: ReceiptsService) {}

  @Endpoint('orderReceipt')
  async receipt(
    @SignedIn() buyer: Caller,
    @IdParam('id') id: string,
    @Query({ schema: ReceiptQuery }) query: ReceiptQuery,
    @Headers('accept-language') accepted: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.receipts.page(buyer.userId, id, query.lang ?? preferredLanguage(accepted));
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', `${receiptPolicy}; frame-ancestors 'none'; sandbox`)
      .header('content-disposition', `inline; filename="receipt-${id}.html"`)
      .header('cache-control', 'no-store')
      .header('vary', 'accept-language, origin')
      .send(page);
  }
}
