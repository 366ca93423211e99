import { Module } from '@nestjs/common';
import { MediaWebhooksController } from './media-webhooks.controller.ts';

@Module({ controllers: [MediaWebhooksController] })
export class MediaModule {}
