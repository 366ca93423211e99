import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../read-body.ts';
import { equalSecrets } from './client-side.ts';
import { ControlError, type StripeControl } from './control.ts';
import type { FaultedRequests, RequestFault } from './request-faults.ts';
import type { WebhookFaults } from './webhook-faults.ts';

const MAX_BODY_BYTES = 64 * 1024;

type Command = (control: StripeControl, input: Record<string, unknown>) => unknown;

/** `POST /_control/<command>` with a JSON object; named as the methods of `StripeControl`. */
const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'failRequests',
    (control, { fault, requests }) =>
      control.failRequests(fault as RequestFault, requests as FaultedRequests | undefined),
  ],
  ['setWebhookFaults', (control, input) => control.setWebhookFaults(input as Partial<WebhookFaults>)],
  ['forgetKeys', (control) => control.forgetKeys()],
  ['clearFaults', (control) => control.clearFaults()],
  [
    'setWebhookSecrets',
    (control, { secrets }) => control.setWebhookSecrets((secrets as unknown[]).map(String)),
  ],
  ['resendEvent', (control, { eventId }) => control.resendEvent(String(eventId))],
  ['webhookAttempts', (control) => control.webhookAttempts()],
  [
    'settle',
    (control, { id, outcome }) => control.settle(String(id), outcome === 'failed' ? 'failed' : 'succeeded'),
  ],
  [
    'answerChallenge',
    (control, { paymentIntentId, passed }) =>
      control.answerChallenge(String(paymentIntentId), passed === true),
  ],
  [
    'openDispute',
    (control, { paymentIntentId, reason }) =>
      control.openDispute(String(paymentIntentId), reason === undefined ? undefined : String(reason)),
  ],
  [
    'openInquiry',
    (control, { paymentIntentId, reason }) =>
      control.openInquiry(String(paymentIntentId), reason === undefined ? undefined : String(reason)),
  ],
  ['closeInquiry', (control, { disputeId }) => control.closeInquiry(String(disputeId))],
  ['escalateInquiry', (control, { disputeId }) => control.escalateInquiry(String(disputeId))],
  [
    'closeDispute',
    (control, { disputeId, outcome }) =>
      control.closeDispute(String(disputeId), outcome === 'won' ? 'won' : 'lost'),
  ],
]);

/** The control object over HTTP, for whoever holds its token. Answers `{ result }` or `{ error }`. */
export async function handleControl(
  control: StripeControl,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const body = await readBody(request, MAX_BODY_BYTES);
  const answer = (status: number, content: object) => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(content));
  };
  if (!equalSecrets(request.headers.authorization ?? '', `Bearer ${control.token}`)) {
    answer(401, { error: 'the control token is missing or wrong' });
    return;
  }
  const command = commands.get(path.slice('/_control/'.length));
  if (!command || request.method !== 'POST') {
    answer(404, { error: `one of: ${[...commands.keys()].join(', ')}` });
    return;
  }
  try {
    const input: unknown = body?.length ? JSON.parse(body.toString()) : {};
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      throw new ControlError('the body must be a JSON object');
    }
    answer(200, { result: command(control, input as Record<string, unknown>) ?? null });
  } catch (error) {
    answer(400, { error: error instanceof Error ? error.message : 'refused' });
  }
}
