import { ApiError, type FailureCode } from '@vybekart/client';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** The code of whatever was thrown; what never reached the server counts as `network`. */
export function failureCode(error: unknown): FailureCode {
  return ApiError.from(error).code;
}

/** Turns what was thrown into a sentence in the reader's language. */
export function useErrorMessage(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback((error) => t(`errors.${failureCode(error)}`), [t]);
}
