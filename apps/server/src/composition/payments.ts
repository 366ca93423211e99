import { StripeEmulator } from '@vybekart/emulators';
import type { Config } from '../config.ts';
import { CallPace } from '../payments/call-pace.ts';
import type { PaymentProvider } from '../payments/payment-provider.ts';
import { PaymentsOptions } from '../payments/payments-options.ts';
import { StripePayments } from '../payments/stripe-payments.ts';
import type { Clock } from '../platform/clock.ts';
import type { PublicAddress } from '../platform/public-address.ts';
import type { HttpListener } from './http-listener.ts';
import { stripeEmulatorPrefix, stripeEmulatorProxy } from './stripe-emulator-proxy.ts';

const longestWaitMs = 8000;

export interface OpenedPayments {
  payments: PaymentProvider;
  options: PaymentsOptions;
  emulator: StripeEmulator | null;
  report: string;
}

/** One adapter, the official SDK; only the host and the keys differ between Stripe and the emulator. */
export async function openPayments(
  config: Config,
  parts: { listener: HttpListener; address: PublicAddress; clock: Clock },
  resources: AsyncDisposableStack,
): Promise<OpenedPayments> {
  if (config.payments.kind === 'stripe') {
    const { secretKey, publishableKey, webhookSecret, apiBase, callsPerSecond: perSecond } = config.payments;
    const isLive = secretKey.includes('_live_');
    return {
      payments: new StripePayments(
        secretKey,
        apiBase,
        new CallPace(parts.clock, { perSecond, maxWaitMs: longestWaitMs }),
      ),
      options: new PaymentsOptions({ label: 'stripe', publishableKey, webhookSecret, isLive }),
      emulator: null,
      report: isLive ? 'Stripe, live mode' : 'Stripe, test mode',
    };
  }
  const apiBase = `${parts.address.url}${stripeEmulatorPrefix}`;
  const emulator = await StripeEmulator.start({
    dir: config.payments.dir,
    publicUrl: apiBase,
    webhookUrl: `${parts.listener.localUrl}/webhooks/stripe`,
  });
  resources.defer(() => emulator.close());
  parts.listener.addRawHandler(resources.use(stripeEmulatorProxy(emulator.url)));
  const { secretKey, publishableKey, webhookSecret } = emulator;
  return {
    payments: new StripePayments(secretKey, emulator.url, null),
    options: new PaymentsOptions({ label: 'local', publishableKey, apiBase, webhookSecret, isLive: false }),
    emulator,
    report: 'Stripe emulator, no money moves',
  };
}
