import { Controller, HttpCode, Inject, Post, type RawBodyRequest, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../platform/app-error.ts';
import { Access } from '../platform/endpoint.ts';
import { MediaWebhooks } from './media-webhooks.ts';

type Received = { received: true };

@Controller()
@Access('public')
export class MediaWebhooksController {
  constructor(@Inject(MediaWebhooks) private readonly webhooks: MediaWebhooks) {}

  @Post('/webhooks/ivs')
  @HttpCode(200)
  ivs(@Req() request: RawBodyRequest<FastifyRequest>): Promise<Received> {
    return this.#take('ivs', request);
  }

  @Post('/webhooks/mux')
  @HttpCode(200)
  mux(@Req() request: RawBodyRequest<FastifyRequest>): Promise<Received> {
    return this.#take('mux', request);
  }

  async #take(provider: 'ivs' | 'mux', request: RawBodyRequest<FastifyRequest>): Promise<Received> {
    const { headers, rawBody = Buffer.alloc(0) } = request;
    if (headers['content-encoding'] !== undefined) throw new AppError('unsupported_media_type');
    await this.webhooks.receive(provider, { rawBody, headers });
    return { received: true };
  }
}
