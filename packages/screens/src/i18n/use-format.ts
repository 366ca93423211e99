import { formatMoney, type Language, type Money } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { formatCount, formatDate, formatDateTime, formatDay, formatHour, timeAgo } from './format';
import { isLanguage } from './languages';

/** Money, counts and times in the reader's language. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  const language: Language = isLanguage(i18n.language) ? i18n.language : 'en';
  return {
    language,
    money: (money: Money) => formatMoney(money, language),
    count: (count: number) => formatCount(count, language),
    dateTime: (at: string) => formatDateTime(at, language),
    date: (at: string) => formatDate(at, language),
    day: (at: Date) => formatDay(at, language),
    hour: (at: Date) => formatHour(at, language),
    ago(at: string, nowMs: number = Date.now()): string {
      const phrase = timeAgo(at, nowMs);
      switch (phrase.key) {
        case 'date':
          return formatDate(at, language);
        case 'time.now':
          return t(phrase.key);
        default:
          return t(phrase.key, { count: phrase.count });
      }
    },
    watching: (count: number) => t('common.watching', { count, shown: formatCount(count, language) }),
  };
}
