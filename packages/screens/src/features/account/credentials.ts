import type { FailureCode } from '@vybekart/client';
import { DisplayName, Email, Password } from '@vybekart/contract';

export interface Credentials {
  email: string;
  password: string;
  displayName: string;
}

export type CredentialProblem =
  | 'account.emailWrong'
  | 'account.passwordWrong'
  | 'account.nameWrong'
  | 'common.required'
  | 'errors.email_taken'
  | 'errors.invalid_credentials';
export type CredentialProblems = Partial<Record<keyof Credentials, CredentialProblem>>;

/** What is wrong before anything is sent; an existing password is only asked to be there. */
export function checkCredentials(values: Credentials, isNew: boolean): CredentialProblems {
  const problems: CredentialProblems = {};
  if (!Email.safeParse(values.email).success) problems.email = 'account.emailWrong';
  if (isNew && !Password.safeParse(values.password).success) problems.password = 'account.passwordWrong';
  if (!isNew && values.password === '') problems.password = 'common.required';
  if (isNew && !DisplayName.safeParse(values.displayName).success) problems.displayName = 'account.nameWrong';
  return problems;
}

/** The field to which a refusal of the server belongs, when it belongs to one. */
export function problemOfCode(
  code: FailureCode,
): { field: keyof Credentials; problem: CredentialProblem } | null {
  if (code === 'email_taken') return { field: 'email', problem: 'errors.email_taken' };
  if (code === 'invalid_credentials') return { field: 'password', problem: 'errors.invalid_credentials' };
  return null;
}
