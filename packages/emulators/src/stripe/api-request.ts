import type { FormMembers } from './form-body.ts';
import type { Transaction } from './transaction.ts';

/** A decoded call of the API. `id` is the id in the path, '' when there is none. */
export interface ApiRequest {
  id: string;
  parameters: FormMembers;
  /** Made with the publishable key, that is by a buyer's own device. */
  isPublishable: boolean;
  /** Where a browser reaches the emulator, without a trailing slash. */
  publicUrl: string;
  timing: Timing;
}

/** How long the emulated banks take. */
export interface Timing {
  delayedPaymentMs: number;
  refundMs: number;
}

export interface ApiAnswer {
  status: number;
  body: object;
}

/** One endpoint: runs to its end in one go, so no other request can come between its check and its change. */
export type Endpoint = (tx: Transaction, request: ApiRequest) => ApiAnswer;

export const ok = (body: object): ApiAnswer => ({ status: 200, body });
