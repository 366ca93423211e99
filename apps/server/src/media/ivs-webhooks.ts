import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../platform/app-error.ts';
import type { IvsMedia } from './ivs-media.ts';
import { MediaWebhooks, type WebhookDelivery } from './media-webhooks.ts';

export const ivsSecretHeader = 'x-webhook-secret';

/** An EventBridge API destination, which proves itself by a header of its connection. */
export class IvsWebhooks extends MediaWebhooks {
  constructor(
    private readonly media: Pick<IvsMedia, 'receive'>,
    private readonly secret: string,
  ) {
    super();
  }

  async receive(provider: 'ivs' | 'mux', { rawBody, headers }: WebhookDelivery): Promise<void> {
    if (provider !== 'ivs') throw new AppError('not_found');
    const given = headers[ivsSecretHeader];
    if (typeof given !== 'string' || !timingSafeEqual(digest(given), digest(this.secret))) {
      throw new AppError('invalid_signature');
    }
    this.media.receive(JSON.parse(rawBody.toString('utf8')));
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest();
