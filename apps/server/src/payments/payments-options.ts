/** What the composition root decides about payments. */
export class PaymentsOptions {
  /** `local` exactly when the server talks to the bundled emulator: clients then confirm at `apiBase`. */
  readonly label: 'stripe' | 'local';
  readonly publishableKey: string;
  /** `<public url>/emulators/stripe`, with the label `local` only. */
  readonly apiBase: string | undefined;
  readonly webhookSecret: string;
  /** Whether events must come from live mode; the others are refused. */
  readonly isLive: boolean;

  constructor(values: {
    label: 'stripe' | 'local';
    publishableKey: string;
    apiBase?: string;
    webhookSecret: string;
    isLive: boolean;
  }) {
    this.label = values.label;
    this.publishableKey = values.publishableKey;
    this.apiBase = values.apiBase;
    this.webhookSecret = values.webhookSecret;
    this.isLive = values.isLive;
  }
}
