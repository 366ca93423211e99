import { AppError } from '../platform/app-error.ts';

/** What arrived at a webhook's address. */
export interface WebhookDelivery {
  rawBody: Buffer;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Takes what a media provider posts about its channels. It is a hint that something changed, and is not stored: who
 * hears it asks the provider for the present, and the reconciler does so anyway.
 */
export abstract class MediaWebhooks {
  /**
   * Resolves when the provider has been heard. Throws `not_found` when the provider is not in use here, or posts
   * nothing by its settings; `invalid_signature` when somebody else posted.
   */
  abstract receive(provider: 'ivs' | 'mux', delivery: WebhookDelivery): Promise<void>;
}

/** Where no provider posts anything. */
export class NoMediaWebhooks extends MediaWebhooks {
  async receive(): Promise<void> {
    throw new AppError('not_found');
  }
}
