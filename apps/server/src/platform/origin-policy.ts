/** Which web pages may call us: our own, and the origins that the operator names. */
export class OriginPolicy {
  readonly #allowed: ReadonlySet<string>;

  constructor(allowedOrigins: readonly string[]) {
    this.#allowed = new Set(allowedOrigins.map((origin) => new URL(origin).origin));
  }

  /**
   * `origin`: the Origin header; a request without one comes from no web page (apps, servers) and is allowed.
   * `host`: the Host header, so that a page served by this server is always its own origin.
   */
  isAllowed(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined) return true;
    if (!URL.canParse(origin)) return false;
    const asked = new URL(origin);
    return this.#allowed.has(asked.origin) || (host !== undefined && asked.host === host);
  }
}

/** On every answer: nobody guesses its type, and no page learns from which address it was asked for. */
export const safeHeaders = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' } as const;

/** On answers to a page of an allowed origin, so that its scripts may read them. */
export const crossOriginHeaders = (origin: string) =>
  ({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'etag, retry-after, idempotent-replayed, content-disposition',
    vary: 'origin',
  }) as const;
