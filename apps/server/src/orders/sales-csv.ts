import { type Currency, currencyExponent } from '@vybekart/contract';

/** A spreadsheet would run a cell that begins so as a formula (OWASP, CSV injection); the wide forms count, too. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/** One cell (RFC 4180 section 2). Text that a spreadsheet would take for a formula gets an apostrophe before it. */
export function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const harmless = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** One line of a CSV file with its end. */
export const csvLine = (cells: readonly (string | number | null)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`;

/** 129950 of `inr` is "1299.50", of `jpy` "129950", of `kwd` "129.950". */
export function decimalAmount(amountMinor: number, currency: Currency): string {
  const exponent = currencyExponent[currency];
  if (exponent === 0) return String(amountMinor);
  const digits = String(amountMinor).padStart(exponent + 1, '0');
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
