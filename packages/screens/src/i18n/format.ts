import { currencyExponent, formatMoney, type Language, locales, type Money } from '@vybekart/contract';

const compact = { notation: 'compact', maximumFractionDigits: 1 } as const;
const counts = {
  en: new Intl.NumberFormat(locales.en, compact),
  hi: new Intl.NumberFormat(locales.hi, compact),
};

/** 1234 is "1.2K" in a badge. */
export function formatCount(count: number, language: Language): string {
  return counts[language].format(count);
}

/** "₹" of `inr`: what stands before an amount that is typed. */
export function currencySign(currency: Money['currency'], language: Language): string {
  return formatMoney({ amountMinor: 0, currency }, language).replace(/[\d.,\s]/gu, '');
}

/** What a person typed into a price field ("1,299.50") in minor units; null when it is not an amount. */
export function parseAmountMinor(text: string, currency: Money['currency']): number | null {
  const exponent = currencyExponent[currency];
  const plain = text.replace(/[\s,]|\p{Sc}/gu, '');
  const match = /^(\d{1,9})(?:\.(\d*))?$/.exec(plain);
  const fraction = match?.[2] ?? '';
  if (!match || fraction.length > exponent) return null;
  return Number(`${match[1]}${fraction.padEnd(exponent, '0')}`);
}

/** The plain digits for an input field: 129950 of `inr` is "1299.50". */
export function amountForInput(money: Money): string {
  const exponent = currencyExponent[money.currency];
  const text = (money.amountMinor / 10 ** exponent).toFixed(exponent);
  return exponent > 0 && text.endsWith(`.${'0'.repeat(exponent)}`) ? text.slice(0, -exponent - 1) : text;
}

/** Time that is left as "9:05"; never below "0:00". */
export function formatCountdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** How long something has run, "1:02:09" or "4:07". */
export function formatElapsed(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1000));
  const tail = `${String(Math.floor(seconds / 60) % 60).padStart(seconds >= 3600 ? 2 : 1, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${tail}` : tail;
}

export function formatDateTime(at: string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], {
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  }).format(new Date(at));
}

export function formatDate(at: string, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  }).format(new Date(at));
}

/** "Mon, 2 Feb". */
export function formatDay(at: Date, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).format(at);
}

/** "8 pm". */
export function formatHour(at: Date, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { hour: 'numeric' }).format(at);
}

/** The part of an order's id that a person can read out. */
export function orderNumber(orderId: string): string {
  return orderId.replaceAll('-', '').slice(-8).toUpperCase();
}

export type TimeAgo =
  | { key: 'time.now' }
  | { key: 'time.minutes' | 'time.hours' | 'time.days'; count: number }
  | { key: 'date' };

/** Picks the phrase for a past moment; older than a week is a date. */
export function timeAgo(at: string, nowMs: number): TimeAgo {
  const minutes = Math.floor((nowMs - Date.parse(at)) / 60_000);
  if (minutes < 1) return { key: 'time.now' };
  if (minutes < 60) return { key: 'time.minutes', count: minutes };
  if (minutes < 24 * 60) return { key: 'time.hours', count: Math.floor(minutes / 60) };
  const days = Math.floor(minutes / (24 * 60));
  return days < 7 ? { key: 'time.days', count: days } : { key: 'date' };
}
