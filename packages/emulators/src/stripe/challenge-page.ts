import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from './account.ts';
import { StripeApiError } from './api-error.ts';
import { publishableView } from './client-side.ts';
import { answerChallenge } from './payment-attempts.ts';
import type { PaymentIntent } from './payment-objects.ts';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'referrer-policy': 'no-referrer',
  'access-control-allow-origin': '*',
};

const page = (content: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>3D Secure test page</title>
<style>body{font:16px system-ui;max-width:26rem;margin:3rem auto;padding:0 1rem}button{font:inherit;
padding:.75rem 1rem;margin:.5rem .5rem 0 0;border-radius:.5rem;border:1px solid #888}</style></head>
<body>${content}</body></html>`;

const question = (id: string, amount: string) => `<h1>3D Secure test page</h1>
<p>A bank would now ask the cardholder to approve ${amount}. No money moves.</p>
<form method="post" action="${id}/complete"><button>Complete authentication</button></form>
<form method="post" action="${id}/fail"><button>Fail authentication</button></form>`;

/**
 * `/3d_secure/{id}`: the bank's page, with which the buyer's browser ends a challenge. GET shows it; POST to
 * `/complete` or `/fail` decides, and goes on to the `return_url` when there is one. With `Accept: application/json`
 * the POST answers the PaymentIntent as the publishable key sees it. A decided challenge is gone: 404.
 */
export class ChallengePage {
  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [, , id = '', verdict] = path.split('/');
    request.resume();
    if (request.method === 'GET' && verdict === undefined) {
      this.#show(response, id);
    } else if (request.method === 'POST' && (verdict === 'complete' || verdict === 'fail')) {
      await this.#decide(response, id, verdict === 'complete', request.headers.accept ?? '');
    } else {
      this.#send(response, 404, page('<p>No such page.</p>'));
    }
  }

  #show(response: ServerResponse, id: string): void {
    const challenge = this.#account.ledger.get('challenge', id);
    const intent = challenge && this.#account.ledger.get('payment_intent', challenge.paymentIntentId);
    if (!intent)
      this.#send(response, 404, page('<p>This authentication is over. You can close this page.</p>'));
    else this.#send(response, 200, page(question(id, amountText(intent))));
  }

  async #decide(response: ServerResponse, id: string, passed: boolean, accept: string): Promise<void> {
    let decided: ReturnType<typeof answerChallenge>;
    try {
      decided = this.#account.run((tx) => answerChallenge(tx, id, passed));
      await this.#account.settled();
    } catch (error) {
      const status = error instanceof StripeApiError ? error.status : 500;
      this.#send(response, status, page('<p>This authentication is over. You can close this page.</p>'));
      return;
    }
    const { intent, returnUrl } = decided;
    if (accept.includes('application/json')) {
      response.writeHead(200, { ...HEADERS, 'content-type': 'application/json' });
      response.end(JSON.stringify(publishableView(intent)));
    } else if (returnUrl) {
      response.writeHead(303, { ...HEADERS, location: withResult(returnUrl, intent, passed) }).end();
    } else {
      this.#send(response, 200, page('<p>Done. You can close this page.</p>'));
    }
  }

  #send(response: ServerResponse, status: number, html: string): void {
    response.writeHead(status, HEADERS).end(html);
  }
}

function amountText({ amount, currency }: PaymentIntent): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const { maximumFractionDigits = 2 } = format.resolvedOptions();
  return format.format(amount / 10 ** maximumFractionDigits);
}

/** The parameters that Stripe adds to a return_url. */
function withResult(returnUrl: string, intent: PaymentIntent, passed: boolean): string {
  const url = new URL(returnUrl);
  url.searchParams.set('payment_intent', intent.id);
  url.searchParams.set('payment_intent_client_secret', intent.client_secret);
  url.searchParams.set('redirect_status', passed ? 'succeeded' : 'failed');
  return url.href;
}
