import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { onTestFinished } from 'vitest';
import { StripeEmulator, type StripeEmulatorOptions } from '../../src/index.ts';

/** An emulator that closes itself after the test. */
export async function startStripe(options: StripeEmulatorOptions = {}): Promise<StripeEmulator> {
  const emulator = await StripeEmulator.start(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

/** The official SDK, pointed at the emulator. */
export function sdk(
  emulator: { port: number; secretKey: string },
  config: ConstructorParameters<typeof Stripe>[1] = {},
): Stripe {
  return new Stripe(emulator.secretKey, {
    host: '127.0.0.1',
    port: emulator.port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
    ...config,
  });
}

export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vybekart-emulator-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

interface ClientAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown> & { error?: Record<string, unknown> };
}

/** The request that Stripe's browser library sends to confirm a payment. */
export function confirmAsBuyer(
  emulator: { url: string; publishableKey: string },
  intent: { id: string; client_secret: string | null },
  paymentMethod: string,
  more: Record<string, string> = {},
): Promise<ClientAnswer> {
  return post(`${emulator.url}/v1/payment_intents/${intent.id}/confirm`, {
    key: emulator.publishableKey,
    client_secret: intent.client_secret ?? '',
    payment_method: paymentMethod,
    ...more,
  });
}

export async function post(
  url: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<ClientAnswer> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as ClientAnswer['body'],
  };
}

/** The error that a call is expected to reject with. */
export async function refusal(
  call: Promise<unknown>,
): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('the call was expected to be refused');
}
