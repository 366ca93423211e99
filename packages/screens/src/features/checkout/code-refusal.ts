import type { ApiError } from '@vybekart/client';
import type { CodeProblem } from './checkout-state';

/** What a refusal says of the code that was given or asked for; null when it is about something else. */
export function codeRefusal(error: ApiError): { problem: CodeProblem; triesLeft: number | null } | null {
  const facts = error.problem ?? {};
  const triesLeft = 'triesLeft' in facts && typeof facts.triesLeft === 'number' ? facts.triesLeft : null;
  switch (error.code) {
    case 'validation_failed': {
      const isExpired = error.problem?.errors?.some(({ code }) => code === 'expired');
      return { problem: isExpired ? 'expired' : 'wrong', triesLeft };
    }
    case 'rate_limited':
      return { problem: 'tooSoon', triesLeft };
    case 'limit_reached':
      // Otherwise too many other parcels are unpaid.
      return 'maxConfirmedOrders' in facts ? null : { problem: 'noMore', triesLeft };
    default:
      return null;
  }
}
