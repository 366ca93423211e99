import { AppError } from '../platform/app-error.ts';
import { MediaWebhooks, type WebhookDelivery } from './media-webhooks.ts';
import type { MuxMedia } from './mux-media.ts';

/** Mux's webhooks, signed over the raw body (`mux-signature`). */
export class MuxWebhooks extends MediaWebhooks {
  constructor(private readonly media: Pick<MuxMedia, 'receive'>) {
    super();
  }

  async receive(provider: 'ivs' | 'mux', { rawBody, headers }: WebhookDelivery): Promise<void> {
    if (provider !== 'mux') throw new AppError('not_found');
    const signature = headers['mux-signature'];
    const isGenuine =
      typeof signature === 'string' && (await this.media.receive(rawBody.toString('utf8'), signature));
    if (!isGenuine) throw new AppError('invalid_signature');
  }
}
