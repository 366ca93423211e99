import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const refusal = (environment: Record<string, string>): string => {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
};

const stripe = {
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
};
const production = {
  NODE_ENV: 'production',
  JWT_SECRET: 'x'.repeat(32),
  PUBLIC_URL: 'https://shop.example',
  FCM_SERVICE_ACCOUNT: '{}',
};

test('with nothing set, everything is embedded and the demo is on', () => {
  expect(readConfig({})).toMatchObject({
    port: 3000,
    rtmpPort: 1935,
    database: { kind: 'embedded' },
    payments: { kind: 'emulator' },
    push: { kind: 'emulator' },
    orderHoldSeconds: 600,
    demo: true,
  });
});

test('an empty variable counts as unset', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({
    port: 3000,
    database: { kind: 'embedded' },
  });
});

describe('a wrong value stops the start with its name, the value and what is accepted', () => {
  test.each([
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['RTMP_PORT', '-1'],
    ['DATABASE_URL', 'mysql://host/db'],
    ['MEDIA_PROVIDER', 'carrier-pigeon'],
    ['ORDER_HOLD_SECONDS', '1'],
    ['DEMO', 'maybe'],
    ['LOG_LEVEL', 'loud'],
    ['PUBLIC_URL', 'shop.example'],
  ])('%s=%s', (name, value) => {
    const message = refusal({ [name]: value });
    expect(message).toContain(`${name}: "${value}" is not accepted. Use `);
  });

  test('every wrong value is told at once', () => {
    expect(refusal({ PORT: 'x', DEMO: 'x' }).split('\n')).toHaveLength(2);
  });

  test('a password inside a wrong address is not repeated', () => {
    const message = refusal({ DATABASE_URL: 'postgresq://user:pass-word@host/db' });
    expect(message).toContain('postgresq://...@host/db');
    expect(message).not.toContain('pass-word');
  });

  test('a wrong secret is not repeated', () => {
    for (const name of ['STRIPE_SECRET_KEY', 'IVS_PLAYBACK_PRIVATE_KEY', 'MUX_SIGNING_PRIVATE_KEY']) {
      const message = refusal({ [name]: 'my-secret-value' });
      expect(message).toContain(name);
      expect(message).not.toContain('my-secret-value');
    }
  });
});

describe('a dangerous mixture does not start', () => {
  test.each([
    ['production with a generated secret', { NODE_ENV: 'production' }, 'JWT_SECRET'],
    ['several nodes with a secret each', { REDIS_URL: 'redis://127.0.0.1:6379' }, 'JWT_SECRET'],
    ['production with the payment emulator', { ...production }, 'STRIPE_SECRET_KEY'],
    [
      'production with the push emulator',
      { ...production, ...stripe, FCM_SERVICE_ACCOUNT: '' },
      'FCM_SERVICE_ACCOUNT',
    ],
    ['a Stripe setting without the secret key', { STRIPE_WEBHOOK_SECRET: 'whsec_1' }, 'STRIPE_SECRET_KEY'],
    [
      'a secret key without its webhook secret',
      { ...stripe, STRIPE_WEBHOOK_SECRET: '' },
      'STRIPE_WEBHOOK_SECRET',
    ],
    ['live and test keys together', { ...stripe, STRIPE_SECRET_KEY: 'sk_live_1' }, 'STRIPE_PUBLISHABLE_KEY'],
    [
      'a live key sent to another host',
      {
        ...stripe,
        STRIPE_SECRET_KEY: 'sk_live_1',
        STRIPE_PUBLISHABLE_KEY: 'pk_live_1',
        STRIPE_API_BASE: 'http://127.0.0.1:1',
      },
      'STRIPE_API_BASE',
    ],
    [
      'a key of the emulator sent to Stripe',
      { ...stripe, STRIPE_SECRET_KEY: 'sk_test_fake1' },
      'STRIPE_SECRET_KEY',
    ],
    [
      "a key of the emulator sent to Stripe by its host's name",
      { ...stripe, STRIPE_SECRET_KEY: 'sk_test_fake1', STRIPE_API_BASE: 'https://api.stripe.com' },
      'STRIPE_SECRET_KEY',
    ],
    [
      'video on a port that PUBLIC_URL does not lead to',
      { MEDIA_RUNS_IN: 'worker', PUBLIC_URL: 'https://shop.example' },
      'MEDIA_PUBLIC_URL',
    ],
    ['RTMPS without a certificate', { RTMPS_PORT: '1936', RTMPS_KEY: 'key.pem' }, 'RTMPS_CERT and RTMPS_KEY'],
    ['a certificate for no port', { RTMPS_CERT: 'cert.pem' }, 'RTMPS_PORT'],
    ['IVS without a region', { MEDIA_PROVIDER: 'ivs' }, 'AWS_REGION'],
    [
      'half an AWS key',
      { AWS_ACCESS_KEY_ID: 'AKIA0000000000000000' },
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    ],
    [
      'recordings of IVS that nobody could play',
      { IVS_RECORDING_BUCKET: 'shows' },
      'IVS_RECORDING_CONFIGURATION_ARN, IVS_RECORDING_BUCKET and IVS_RECORDING_URL',
    ],
    ['Mux without its token', { MEDIA_PROVIDER: 'mux' }, 'MUX_TOKEN_ID and MUX_TOKEN_SECRET'],
    [
      'production with another host of a video cloud',
      { ...production, ...stripe, MUX_BASE_URL: 'http://127.0.0.1:1' },
      'IVS_ENDPOINT, IVS_RECORDING_ENDPOINT and MUX_BASE_URL',
    ],
    ['a demo in a video cloud', { MEDIA_PROVIDER: 'ivs', AWS_REGION: 'ap-south-1', DEMO: 'on' }, 'DEMO'],
    ['a demo in production', { ...production, ...stripe, DEMO: 'on' }, 'DEMO'],
  ])('%s', (_, environment, named) => {
    expect(refusal(environment)).toContain(`${named}:`);
  });
});

test('calls of Stripe keep below what it allows keys of this kind, unless another number is set', () => {
  const live = { ...stripe, STRIPE_SECRET_KEY: 'sk_live_1', STRIPE_PUBLISHABLE_KEY: 'pk_live_1' };
  const callsOf = (environment: Record<string, string>) => readConfig(environment).payments;
  expect(callsOf(stripe)).toMatchObject({ callsPerSecond: 20 });
  expect(callsOf(live)).toMatchObject({ callsPerSecond: 80 });
  expect(callsOf({ ...live, STRIPE_CALLS_PER_SECOND: '40' })).toMatchObject({ callsPerSecond: 40 });
});

test('real services or production leave the demo out', () => {
  expect(readConfig({ ...stripe }).demo).toBe(false);
  expect(readConfig({ ...production, ...stripe }).demo).toBe(false);
  expect(readConfig({ DATABASE_URL: 'postgres://host/db' }).demo).toBe(false);
  expect(readConfig({ DEMO: 'off' }).demo).toBe(false);
});
