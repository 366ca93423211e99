import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

const SOCKETS = { keepAlive: true, maxSockets: 64 };

/** Sends webhook bodies over kept-alive connections. */
export class WebhookRequests {
  readonly #http = new HttpAgent(SOCKETS);
  readonly #https = new HttpsAgent(SOCKETS);

  /**
   * Resolves with the HTTP status of the answer, or with the reason why there was none; never rejects. A kept-alive
   * connection that the receiver had just closed is no reason: the request is sent again on a new one.
   */
  async post(url: string, body: string, signature: string, timeoutMs: number): Promise<number | string> {
    const first = await this.#send(url, body, signature, timeoutMs);
    return first === STALE_CONNECTION ? this.#send(url, body, signature, timeoutMs) : first;
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #send(url: string, body: string, signature: string, timeoutMs: number): Promise<number | string> {
    const options = {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'stripe-signature': signature,
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        accept: '*/*; q=0.5, application/json',
      },
      signal: AbortSignal.timeout(timeoutMs),
    };
    return new Promise((resolve) => {
      const isSecure = url.startsWith('https:');
      const request = isSecure
        ? httpsRequest(url, { ...options, agent: this.#https })
        : httpRequest(url, { ...options, agent: this.#http });
      request.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', (error) => resolve(error.message));
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        resolve(request.reusedSocket && error.code === 'ECONNRESET' ? STALE_CONNECTION : error.message);
      });
      request.end(body);
    });
  }
}

const STALE_CONNECTION = 'the connection was stale';
