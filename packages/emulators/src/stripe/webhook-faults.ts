/** What goes wrong with the delivery of webhooks; the default is that nothing does. */
export interface WebhookFaults {
  /** Only events of these types are touched; `null` = all. */
  types: string[] | null;
  /** Each event is sent this many times more. */
  duplicates: number;
  /** The copies are sent at the same time instead of one after the other. */
  parallel: boolean;
  /** The first attempt waits this long. */
  delayMs: number;
  /** Events of such a span are gathered and then sent one after the other in random order. 0 = not. */
  shuffleMs: number;
  /** Events are never sent, and count as delivered. */
  drop: boolean;
  /** The attempt is made, and waited for, before the API request that caused the event is answered. */
  beforeResponse: boolean;
  /** Signs with a secret that nobody knows. */
  wrongSecret: boolean;
  /** Added to the `t` of the signature: -301 is too old for the SDK, +301 is from the future. */
  timestampOffsetSeconds: number;
}

export const noWebhookFaults: WebhookFaults = {
  types: null,
  duplicates: 0,
  parallel: false,
  delayMs: 0,
  shuffleMs: 0,
  drop: false,
  beforeResponse: false,
  wrongSecret: false,
  timestampOffsetSeconds: 0,
};

const MAX_DUPLICATES = 1000;
const MAX_WAIT_MS = 24 * 3600 * 1000;
const MAX_OFFSET_SECONDS = 10 * 365 * 24 * 3600;

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isIntegerUpTo = (limit: number, least: number) => (value: unknown) =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= limit;

const accepted: { [Name in keyof WebhookFaults]: (value: unknown) => boolean } = {
  types: (value) =>
    value === null || (Array.isArray(value) && value.every((type) => typeof type === 'string')),
  duplicates: isIntegerUpTo(MAX_DUPLICATES, 0),
  parallel: isBoolean,
  delayMs: isIntegerUpTo(MAX_WAIT_MS, 0),
  shuffleMs: isIntegerUpTo(MAX_WAIT_MS, 0),
  drop: isBoolean,
  beforeResponse: isBoolean,
  wrongSecret: isBoolean,
  timestampOffsetSeconds: isIntegerUpTo(MAX_OFFSET_SECONDS, -MAX_OFFSET_SECONDS),
};

/** The name of the first member that is unknown or has an unacceptable value; `null` when all is well. */
export function flawOfWebhookFaults(faults: object): string | null {
  for (const [name, value] of Object.entries(faults)) {
    if (!Object.hasOwn(accepted, name) || !accepted[name as keyof WebhookFaults](value)) return name;
  }
  return null;
}
