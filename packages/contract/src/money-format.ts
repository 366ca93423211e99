import { currencyExponent, type Money } from './common.ts';
import { type Language, locales } from './languages.ts';

const formats = new Map<string, Intl.NumberFormat>();

/**
 * 129900 of `inr` is "₹1,299"; the minor digits show only when they are not all zero, unless `minorDigits` is
 * `always`.
 */
export function formatMoney(
  { amountMinor, currency }: Money,
  language: Language,
  minorDigits: 'needed' | 'always' = 'needed',
): string {
  const exponent = currencyExponent[currency];
  const unit = 10 ** exponent;
  const digits = minorDigits === 'needed' && amountMinor % unit === 0 ? 0 : exponent;
  const key = `${language} ${currency} ${digits}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locales[language], {
      style: 'currency',
      currency: currency.toUpperCase(),
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(key, format);
  }
  return format.format(amountMinor / unit);
}
