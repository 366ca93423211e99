import { invalidParameter, missingParameter } from './api-error.ts';
import type { FormMembers } from './form-body.ts';
import { readInteger, readText } from './parameters.ts';

/** https://docs.stripe.com/currencies: eight digits at most, a least charge for each currency, minor units. */
const LARGEST_AMOUNT = 99_999_999;
const LEAST_AMOUNT: Record<string, number> = { inr: 50, usd: 50, eur: 50, gbp: 30, jpy: 50 };
const THREE_DECIMALS = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
const CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

export function readCurrency(parameters: FormMembers): string {
  const given = readText(parameters, 'currency');
  if (given === undefined) throw missingParameter('currency');
  const currency = given.toLowerCase();
  if (!CURRENCIES.has(currency)) {
    throw invalidParameter('currency', `Invalid currency: ${given.slice(0, 20)}`);
  }
  return currency;
}

export function readChargeAmount(parameters: FormMembers, currency: string): number {
  const amount = readInteger(parameters, 'amount');
  if (amount === undefined) throw missingParameter('amount');
  if (amount < 1) {
    throw invalidParameter('amount', 'The amount must be greater than 0.', 'parameter_invalid_integer');
  }
  if (amount > LARGEST_AMOUNT) {
    throw invalidParameter('amount', `The amount is at most ${LARGEST_AMOUNT}.`, 'amount_too_large');
  }
  const least = LEAST_AMOUNT[currency] ?? 1;
  if (amount < least) {
    throw invalidParameter('amount', `The least amount in ${currency} is ${least}.`, 'amount_too_small');
  }
  if (THREE_DECIMALS.has(currency) && amount % 10 !== 0) {
    throw invalidParameter(
      'amount',
      `An amount in ${currency} must end in 0: the card networks use two decimals.`,
    );
  }
  return amount;
}
