import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import { type PushMessage, type PushOutcome, PushProvider } from './push-provider.ts';

const ServiceAccount = z.looseObject({
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  token_uri: z.url(),
});
const TokenAnswer = z.looseObject({ access_token: z.string(), expires_in: z.number() });
const Detail = z.looseObject({
  errorCode: z.string().optional(),
  fieldViolations: z.array(z.looseObject({ field: z.string().optional() })).optional(),
});
const ErrorAnswer = z.looseObject({
  error: z.looseObject({
    status: z.string().optional(),
    details: z.array(Detail).optional(),
  }),
});

const scope = 'https://www.googleapis.com/auth/firebase.messaging';
const timeoutMs = 5000;

/** Firebase Cloud Messaging HTTP v1 (firebase.google.com/docs/cloud-messaging/send/v1-api). */
export class FcmPush extends PushProvider {
  readonly #account: z.infer<typeof ServiceAccount>;
  #access: { token: Promise<string>; untilMs: number } | undefined;

  /** `serviceAccount`: the JSON that the Firebase console gives; `apiBase`: without a slash at its end. */
  constructor(
    serviceAccount: unknown,
    private readonly apiBase: string,
    private readonly clock: Clock,
  ) {
    super();
    this.#account = ServiceAccount.parse(serviceAccount);
  }

  async send(token: string, message: PushMessage): Promise<PushOutcome> {
    try {
      const response = await fetch(`${this.apiBase}/v1/projects/${this.#account.project_id}/messages:send`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await this.#accessToken()}`, 'content-type': 'application/json' },
        body: JSON.stringify({ message: toFcmMessage(token, message) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return await this.#outcome(response);
    } catch (error) {
      return { kind: 'retry', reason: error instanceof Error ? error.message : 'network failure' };
    }
  }

  async #outcome(response: Response): Promise<PushOutcome> {
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) return { kind: 'sent' };
    const parsed = ErrorAnswer.safeParse(body);
    if (parsed.data?.error.details?.some(tellsOfTheToken)) return { kind: 'unregistered' };
    if (response.status === 401) this.#access = undefined;
    return {
      kind: 'retry',
      reason: `FCM answered ${response.status} ${parsed.data?.error.status ?? ''}`.trim(),
    };
  }

  #accessToken(): Promise<string> {
    const nowMs = this.clock.now().getTime();
    if (!this.#access || this.#access.untilMs < nowMs) {
      const token = this.#requestAccessToken();
      this.#access = { token, untilMs: nowMs + 50 * 60_000 };
      token.catch(() => {
        this.#access = undefined;
      });
    }
    return this.#access.token;
  }

  /** OAuth 2.0 for service accounts (developers.google.com/identity/protocols/oauth2/service-account), RFC 7523. */
  async #requestAccessToken(): Promise<string> {
    const key = await importPKCS8(this.#account.private_key, 'RS256');
    const issuedAt = Math.floor(this.clock.now().getTime() / 1000);
    const assertion = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(this.#account.client_email)
      .setAudience(this.#account.token_uri)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + 3600)
      .sign(key);
    const response = await fetch(this.#account.token_uri, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`);
    return TokenAnswer.parse(await response.json()).access_token;
  }
}

/** The token is at fault, not our payload or our project (firebase.google.com/docs/cloud-messaging/error-codes). */
function tellsOfTheToken(detail: z.infer<typeof Detail>): boolean {
  return (
    detail.errorCode === 'UNREGISTERED' ||
    (detail.fieldViolations?.some((violation) => violation.field === 'message.token') ?? false)
  );
}

/** High priority wakes a phone in Doze (firebase.google.com/docs/cloud-messaging/android/message-priority). */
function toFcmMessage(token: string, message: PushMessage) {
  const { title, body, data } = message;
  return {
    token,
    notification: { title, body },
    data,
    android: { priority: 'HIGH', ttl: '3600s', notification: { channel_id: 'live' } },
  };
}
