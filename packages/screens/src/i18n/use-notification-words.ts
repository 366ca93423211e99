import { Currency, type Notification } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { type NotificationTopic, notificationTopic } from './notification-topic';
import { useFormat } from './use-format';

/** What an entry of the inbox says, in the reader's language; in the server's English when it knows more than we do. */
export function useNotificationWords() {
  const { t } = useTranslation();
  const format = useFormat();
  const amountOf = (topic: NotificationTopic, facts: Notification['facts']) => {
    const amountMinor = Number(topic === 'refunded' ? facts.refundedMinor : facts.amountMinor);
    const currency = Currency.safeParse(facts.currency).data;
    return currency && Number.isSafeInteger(amountMinor) ? format.money({ amountMinor, currency }) : '';
  };
  return (
    entry: Pick<Notification, 'kind' | 'title' | 'body' | 'facts'>,
  ): { title: string; body: string } => {
    const topic = notificationTopic(entry);
    if (topic === null) return { title: entry.title, body: entry.body };
    const facts = { ...entry.facts, amount: amountOf(topic, entry.facts) };
    const isCashOrder = topic === 'newOrder' && entry.facts.payment === 'cash';
    return {
      title: t(`inbox.${topic}.title`, facts),
      body: isCashOrder ? t('inbox.newOrder.bodyCash', facts) : t(`inbox.${topic}.body`, facts),
    };
  };
}
