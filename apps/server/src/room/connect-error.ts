import { errorTable } from '@vybekart/contract';
import type { AppError } from '../platform/app-error.ts';

/** What Socket.IO's CONNECT_ERROR packet carries: the client's `connect_error` with `data.code`. */
export function connectError({ code, facts }: AppError): { message: string; data: object } {
  const { title } = errorTable[code];
  return { message: title, data: { code, message: title, ...facts } };
}
