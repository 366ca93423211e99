import type { SentCode } from './payment-provider.ts';

/** Brings one-time codes to a buyer and to nobody else. */
export abstract class OneTimeCodeSender {
  /** Where a code would go. */
  abstract addressOf(buyerId: string): Promise<SentCode['sentTo']>;

  /**
   * Resolves when the code is on its way; it is kept nowhere else and never logged. `code`: six digits. `number`: tells
   * it from the other codes of its order, from 1; the same number again is not sent twice.
   */
  abstract send(message: { buyerId: string; orderId: string; code: string; number: number }): Promise<void>;
}
