import type { NotificationsService } from '../notifications/notifications.service.ts';
import { OneTimeCodeSender } from '../payments/one-time-code-sender.ts';

/**
 * Codes go to the buyer's own inbox, open screens and phones. Limit: it proves who holds the account, not that the
 * telephone number of the parcel is right. Successor: a gateway for SMS or WhatsApp behind the same port.
 */
export class InboxCodeSender extends OneTimeCodeSender {
  constructor(private readonly notifications: NotificationsService) {
    super();
  }

  async addressOf(buyerId: string) {
    return { channel: 'inbox', masked: await this.notifications.maskedAddress(buyerId) } as const;
  }

  async send(message: { buyerId: string; orderId: string; code: string; number: number }): Promise<void> {
    await this.notifications.tellCode(message);
  }
}
