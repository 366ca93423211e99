import { Controller, HttpCode, Inject, Post, type RawBodyRequest, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../platform/app-error.ts';
import { Access } from '../platform/endpoint.ts';
import { WebhookInbox } from './webhook-inbox.ts';

@Controller()
@Access('public')
export class StripeWebhookController {
  constructor(@Inject(WebhookInbox) private readonly inbox: WebhookInbox) {}

  @Post('/webhooks/stripe')
  @HttpCode(200)
  async receive(@Req() request: RawBodyRequest<FastifyRequest>): Promise<{ received: true }> {
    if (request.headers['content-encoding'] !== undefined) throw new AppError('unsupported_media_type');
    await this.inbox.receive(request.rawBody ?? Buffer.alloc(0), request.headers['stripe-signature']);
    return { received: true };
  }
}
