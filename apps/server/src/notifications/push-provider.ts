export interface PushMessage {
  title: string;
  body: string;
  /** Small strings for the app: what to open when the person taps. */
  data: Record<string, string>;
}

/**
 * - `sent`: the push service took it; whether a phone shows it is between the two.
 * - `unregistered`: this token will never work again; forget it.
 * - `retry`: the service is busy or down; try again later.
 */
export type PushOutcome = { kind: 'sent' } | { kind: 'unregistered' } | { kind: 'retry'; reason: string };

/**
 * Sends to one device. Guarantees: never throws for what the service answers or for a network failure, never
 * sends twice by itself, answers within 10 s.
 */
export abstract class PushProvider {
  abstract send(token: string, message: PushMessage): Promise<PushOutcome>;
}
