import path from 'node:path';
import { z } from 'zod';
import type { S3Settings } from './platform/s3-client.ts';
import { port, setting, url } from './setting.ts';
import {
  type VideoConfig,
  videoConfig,
  videoMixtures,
  videoSecrets,
  videoSettings,
} from './video-settings.ts';

/** Every setting; `docs/configuration.md` is printed from this table. */
export const settings = {
  PORT: setting(
    port.default(3000),
    'a port, 0 for any free one',
    'HTTP port of REST, sockets, HLS and the app',
    '3000',
  ),
  HOST: setting(
    z.string().min(1).default('127.0.0.1'),
    'an address',
    'address that HTTP and RTMP listen on',
    '127.0.0.1',
  ),
  RTMP_PORT: setting(
    port.default(1935),
    'a port, 0 for any free one',
    'port that encoders publish to',
    '1935',
  ),
  RTMPS_PORT: setting(
    port.optional(),
    'a port, 0 for any free one',
    'port that encoders publish to over TLS; the studio then shows this address',
    'RTMP without TLS only',
  ),
  RTMPS_CERT: setting(
    z.string().min(1).optional(),
    'a PEM file',
    'with RTMPS_PORT: the certificate and its chain, for the host name of PUBLIC_URL; read at the start',
    'none',
  ),
  RTMPS_KEY: setting(
    z.string().min(1).optional(),
    'a PEM file',
    'with RTMPS_PORT: the private key of RTMPS_CERT',
    'none',
  ),
  PUBLIC_URL: setting(
    url.optional(),
    'an http(s) URL',
    'address under which browsers reach the server',
    'http://HOST:PORT',
  ),
  DATA_DIR: setting(
    z.string().min(1).default('.data'),
    'a directory',
    'database, uploads, keys and emulator state',
    '.data',
  ),
  DATABASE_URL: setting(
    z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    'postgres://user:password@host/database',
    'PostgreSQL 15 or newer to use instead of the embedded one',
    'embedded PostgreSQL in DATA_DIR',
  ),
  REDIS_URL: setting(
    z.url({ protocol: /^rediss?$/ }).optional(),
    'redis://user:password@host:6379/0, rediss:// with TLS',
    'Redis 6 or newer over which several nodes share presence, rate limits and what happens in rooms',
    'one node, everything in its memory',
  ),
  NODE_LEASE_SECONDS: setting(
    z.coerce.number().int().min(2).max(300).default(30),
    '2 to 300',
    'with REDIS_URL: how long the viewers of a node that is not heard still count',
    '30',
  ),
  JWT_SECRET: setting(
    z.string().min(32).optional(),
    '32 characters or more',
    'secret from which the signing keys of sessions are derived',
    'made once and kept in DATA_DIR; refused when NODE_ENV=production',
  ),
  ...videoSettings,
  RECORDING: setting(
    z.enum(['on', 'off']).default('on'),
    'on or off',
    'whether shows are recorded, to be played again when they have ended',
    'on',
  ),
  RECORDING_RETENTION_DAYS: setting(
    z.coerce.number().int().min(1).max(3650).default(30),
    '1 to 3650',
    'days after which a recording is deleted',
    '30',
  ),
  RECORDING_MAX_BYTES: setting(
    z.coerce
      .number()
      .int()
      .min(1_000_000)
      .max(Number.MAX_SAFE_INTEGER)
      .default(20 * 1024 ** 3),
    'bytes, 1000000 or more',
    'disk for recordings of past shows, beyond which the oldest are deleted; shows on air may take as much again',
    '21474836480, that is 20 GiB',
  ),
  THUMBNAILS: setting(
    z.enum(['on', 'off']).optional(),
    'on or off',
    "pictures of shows on air, taken by ffmpeg where it is installed, else by the browser that the show comes from; else the seller's picture",
    'on, but off when NODE_ENV=test',
  ),
  LADDER_SHOWS: setting(
    z.coerce.number().int().min(0).max(1000).default(0),
    '0 to 1000',
    'shows at a time whose video ffmpeg also makes in 480p and 360p, for viewers on slow lines; each takes about a third of a core',
    '0: video is offered as it comes',
  ),
  S3_BUCKET: setting(
    z
      .string()
      .regex(/^[a-z0-9.-]{3,63}$/)
      .optional(),
    'the name of a bucket',
    'where pictures are kept, and recordings move when their show is over',
    'both stay in DATA_DIR',
  ),
  S3_REGION: setting(
    z.string().min(1).default('us-east-1'),
    'a region, ap-south-1',
    'region of S3_BUCKET',
    'us-east-1',
  ),
  S3_ENDPOINT: setting(
    url.optional(),
    'an http(s) URL',
    'another store that speaks S3: MinIO, R2, Ceph',
    "Amazon's own",
  ),
  S3_ACCESS_KEY_ID: setting(
    z.string().min(1).optional(),
    'an access key',
    'who may read, write and delete below recordings/ and uploads/ in S3_BUCKET',
    "the machine's role, or what else the AWS SDK finds",
  ),
  S3_SECRET_ACCESS_KEY: setting(
    z.string().min(1).optional(),
    'its secret',
    'secret of S3_ACCESS_KEY_ID',
    'as S3_ACCESS_KEY_ID',
  ),
  STRIPE_SECRET_KEY: setting(
    z
      .string()
      .regex(/^(sk|rk)_(test|live)_\w+$/)
      .optional(),
    'sk_test_... or sk_live_...',
    'charges through Stripe instead of the emulator',
    'embedded Stripe emulator',
  ),
  STRIPE_PUBLISHABLE_KEY: setting(
    z
      .string()
      .regex(/^pk_(test|live)_\w+$/)
      .optional(),
    'pk_test_... or pk_live_...',
    'key with which clients confirm payments',
    'the emulator has its own',
  ),
  STRIPE_WEBHOOK_SECRET: setting(
    z.string().startsWith('whsec_').optional(),
    'whsec_...',
    'secret that signs webhooks to /webhooks/stripe',
    'the emulator has its own',
  ),
  STRIPE_API_BASE: setting(
    url.optional(),
    'an http(s) URL',
    'another Stripe API host, for tests',
    'api.stripe.com',
  ),
  STRIPE_CALLS_PER_SECOND: setting(
    z.coerce.number().int().min(1).max(10_000).optional(),
    '1 to 10000',
    'calls of Stripe that this node makes in a second, and a quarter more after a pause; several nodes share what Stripe allows an account',
    '80 with a live key, 20 with a test key, for the 100 and 25 that Stripe allows',
  ),
  FCM_SERVICE_ACCOUNT: setting(
    z.string().min(2).optional(),
    'the JSON of a service account, or the path of its file',
    'sends push through Firebase Cloud Messaging',
    'embedded FCM emulator',
  ),
  FCM_API_BASE: setting(
    url.optional(),
    'an http(s) URL',
    'another FCM host, for tests',
    'fcm.googleapis.com',
  ),
  ORDER_HOLD_SECONDS: setting(
    z.coerce.number().int().min(5).max(86_400).default(600),
    '5 to 86400',
    'how long an unpaid order holds its stock',
    '600',
  ),
  DRAIN_DELAY_SECONDS: setting(
    z.coerce.number().int().min(0).max(10).optional(),
    '0 to 10',
    'how long the server serves on when it is told to stop, while `/health/ready` says 503 to load balancers',
    '0; 5 when NODE_ENV=production',
  ),
  ALLOWED_ORIGINS: setting(
    z
      .string()
      .transform((list) => list.split(',').map((origin) => origin.trim()))
      .pipe(z.array(url))
      .optional(),
    'http(s) origins, separated by commas',
    'other origins whose pages may call the API and open sockets',
    'only PUBLIC_URL',
  ),
  TRUSTED_PROXIES: setting(
    z
      .string()
      .transform((list) => list.split(',').map((address) => address.trim()))
      .pipe(z.array(z.string().regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/)))
      .optional(),
    'addresses or CIDR ranges, separated by commas',
    'proxies in front of this server whose X-Forwarded-For is believed',
    'none: the address of the connection counts',
  ),
  SOCKETS_PER_ADDRESS: setting(
    z.coerce.number().int().min(1).max(15_000).default(2000),
    '1 to 15000',
    'how many sockets one address (of IPv6, one /64) may have open on a node; loopback is not counted',
    '2000',
  ),
  DEMO: setting(
    z.enum(['on', 'off']).optional(),
    'on or off',
    'two demo shops and a live show in an empty database',
    'on, but off in production, with DATABASE_URL or with any cloud key',
  ),
  LOG_LEVEL: setting(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    'fatal, error, warn, info, debug, trace or silent',
    'least severe log line that is written',
    'info',
  ),
  NODE_ENV: setting(
    z.enum(['development', 'test', 'production']).default('development'),
    'development, test or production',
    'production refuses generated secrets and emulators',
    'development',
  ),
} as const;

export interface Config {
  isProduction: boolean;
  host: string;
  port: number;
  rtmpPort: number;
  /** Null: encoders are not offered TLS. */
  rtmps: { port: number; certFile: string; keyFile: string } | null;
  /** Null: derived from the bound HTTP port. */
  publicUrl: string | null;
  allowedOrigins: string[];
  trustedProxies: string[];
  socketsPerAddress: number;
  dataDir: string;
  database: { kind: 'embedded'; dataDir: string } | { kind: 'external'; url: string };
  hotState: { kind: 'memory' } | { kind: 'redis'; url: string; leaseMs: number };
  /** Null: made once and kept in `dataDir`. */
  jwtSecret: string | null;
  media: VideoConfig;
  recording: { isOn: boolean; retentionDays: number; maxBytes: number };
  thumbnails: boolean;
  ladderShows: number;
  /** Where recordings stay; null for the disk. */
  s3: S3Settings | null;
  payments:
    | { kind: 'emulator'; dir: string | null }
    | {
        kind: 'stripe';
        secretKey: string;
        publishableKey: string;
        webhookSecret: string;
        apiBase: string | null;
        callsPerSecond: number;
      };
  push: { kind: 'emulator' } | { kind: 'fcm'; serviceAccount: string; apiBase: string | null };
  orderHoldSeconds: number;
  drainDelayMs: number;
  demo: boolean;
  logLevel: string;
}

/** A configuration that must not start; the message names the variable, its value and what is accepted. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const secretNames = new Set<string>([
  ...videoSecrets,
  'JWT_SECRET',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
  'FCM_SERVICE_ACCOUNT',
  'S3_SECRET_ACCESS_KEY',
]);

/** Reads the environment once. Throws {@link ConfigError} with every wrong value and every dangerous mixture. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const wrong: string[] = [];
  const read = <N extends keyof typeof settings>(name: N): z.output<(typeof settings)[N]['schema']> => {
    const raw = environment[name] === '' ? undefined : environment[name];
    const result = settings[name].schema.safeParse(raw);
    if (!result.success) {
      const shown = secretNames.has(name) ? 'the given value' : JSON.stringify(withoutPassword(raw));
      wrong.push(`${name}: ${shown} is not accepted. Use ${settings[name].accepts}.`);
    }
    return result.data as z.output<(typeof settings)[N]['schema']>;
  };
  const values = Object.fromEntries(
    (Object.keys(settings) as (keyof typeof settings)[]).map((name) => [name, read(name)]),
  ) as { [N in keyof typeof settings]: z.output<(typeof settings)[N]['schema']> };
  if (wrong.length === 0) wrong.push(...dangerousMixtures(values));
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return assemble(values);
}

/** A URL may carry a password: `//user:password@host` is shown as `//...@host`. */
const withoutPassword = (value: string | undefined) => value?.replace(/\/\/[^/]*@/, '//...@');

type Values = { [N in keyof typeof settings]: z.output<(typeof settings)[N]['schema']> };

function dangerousMixtures(values: Values): string[] {
  const isProduction = values.NODE_ENV === 'production';
  const { STRIPE_SECRET_KEY: secret, STRIPE_PUBLISHABLE_KEY: publishable } = values;
  const rules: [boolean, string][] = [
    [
      !values.S3_ACCESS_KEY_ID !== !values.S3_SECRET_ACCESS_KEY,
      'S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: set both or none.',
    ],
    [isProduction && !values.JWT_SECRET, 'JWT_SECRET: must be set when NODE_ENV=production.'],
    [
      isProduction && !secret,
      'STRIPE_SECRET_KEY: must be set when NODE_ENV=production; the emulator takes no money.',
    ],
    [
      !!values.REDIS_URL && !values.JWT_SECRET,
      'JWT_SECRET: must be set when REDIS_URL is; what one node signs, every other one must accept.',
    ],
    [isProduction && !values.PUBLIC_URL, 'PUBLIC_URL: must be set when NODE_ENV=production.'],
    [
      values.MEDIA_RUNS_IN !== 'main' && !!values.PUBLIC_URL && !values.MEDIA_PUBLIC_URL,
      'MEDIA_PUBLIC_URL: must be set when PUBLIC_URL is and MEDIA_RUNS_IN is not main; the video has a port of its own.',
    ],
    [
      values.RTMPS_PORT !== undefined && !(values.RTMPS_CERT && values.RTMPS_KEY),
      'RTMPS_CERT and RTMPS_KEY: must be set when RTMPS_PORT is.',
    ],
    [
      values.RTMPS_PORT === undefined && !!(values.RTMPS_CERT || values.RTMPS_KEY),
      'RTMPS_PORT: must be set when RTMPS_CERT or RTMPS_KEY is.',
    ],
    [
      !secret && !!(publishable || values.STRIPE_WEBHOOK_SECRET || values.STRIPE_API_BASE),
      'STRIPE_SECRET_KEY: must be set when another Stripe setting is.',
    ],
    [
      isProduction && !values.FCM_SERVICE_ACCOUNT,
      'FCM_SERVICE_ACCOUNT: must be set when NODE_ENV=production; the emulator reaches no phone.',
    ],
    [!!secret && !publishable, 'STRIPE_PUBLISHABLE_KEY: must be set together with STRIPE_SECRET_KEY.'],
    [
      !!secret && !values.STRIPE_WEBHOOK_SECRET,
      'STRIPE_WEBHOOK_SECRET: must be set together with STRIPE_SECRET_KEY.',
    ],
    [
      !!secret && !!publishable && secret.includes('_live_') !== publishable.includes('_live_'),
      'STRIPE_PUBLISHABLE_KEY: one key is for live mode and the other for test mode.',
    ],
    [
      !!secret?.includes('_live_') && !!values.STRIPE_API_BASE,
      'STRIPE_API_BASE: a live key must not be sent to another host; unset one of the two.',
    ],
    [
      !!secret?.startsWith('sk_test_fake') && isHostOfStripe(values.STRIPE_API_BASE),
      'STRIPE_SECRET_KEY: is a key of the emulator and must not be sent to Stripe.',
    ],
    [isProduction && values.DEMO === 'on', 'DEMO: cannot be on when NODE_ENV=production.'],
    [
      values.DEMO === 'on' && values.MEDIA_PROVIDER !== 'embedded',
      'DEMO: cannot be on with a video cloud; its show is for the embedded media server.',
    ],
    ...videoMixtures(values, isProduction),
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, message]) => message);
}

const isHostOfStripe = (apiBase: string | undefined): boolean =>
  apiBase === undefined || new URL(apiBase).hostname === 'api.stripe.com';

function assemble(values: Values): Config {
  const dataDir = path.resolve(values.DATA_DIR);
  const isProduction = values.NODE_ENV === 'production';
  const isAllEmbedded =
    !values.DATABASE_URL &&
    !values.STRIPE_SECRET_KEY &&
    !values.FCM_SERVICE_ACCOUNT &&
    values.MEDIA_PROVIDER === 'embedded';
  return {
    isProduction,
    host: values.HOST,
    port: values.PORT,
    rtmpPort: values.RTMP_PORT,
    rtmps:
      values.RTMPS_PORT === undefined
        ? null
        : {
            port: values.RTMPS_PORT,
            certFile: path.resolve(values.RTMPS_CERT ?? ''),
            keyFile: path.resolve(values.RTMPS_KEY ?? ''),
          },
    publicUrl: values.PUBLIC_URL ?? null,
    allowedOrigins: values.ALLOWED_ORIGINS ?? [],
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    socketsPerAddress: values.SOCKETS_PER_ADDRESS,
    dataDir,
    database: values.DATABASE_URL
      ? { kind: 'external', url: values.DATABASE_URL }
      : { kind: 'embedded', dataDir },
    hotState: values.REDIS_URL
      ? { kind: 'redis', url: values.REDIS_URL, leaseMs: values.NODE_LEASE_SECONDS * 1000 }
      : { kind: 'memory' },
    jwtSecret: values.JWT_SECRET ?? null,
    media: videoConfig(values),
    recording: {
      isOn: values.RECORDING === 'on',
      retentionDays: values.RECORDING_RETENTION_DAYS,
      maxBytes: values.RECORDING_MAX_BYTES,
    },
    ladderShows: values.LADDER_SHOWS,
    s3: values.S3_BUCKET
      ? {
          bucket: values.S3_BUCKET,
          region: values.S3_REGION,
          endpoint: values.S3_ENDPOINT ?? null,
          credentials:
            values.S3_ACCESS_KEY_ID && values.S3_SECRET_ACCESS_KEY
              ? { accessKeyId: values.S3_ACCESS_KEY_ID, secretAccessKey: values.S3_SECRET_ACCESS_KEY }
              : null,
        }
      : null,
    thumbnails: values.THUMBNAILS ? values.THUMBNAILS === 'on' : values.NODE_ENV !== 'test',
    payments: values.STRIPE_SECRET_KEY
      ? {
          kind: 'stripe',
          secretKey: values.STRIPE_SECRET_KEY,
          publishableKey: values.STRIPE_PUBLISHABLE_KEY ?? '',
          webhookSecret: values.STRIPE_WEBHOOK_SECRET ?? '',
          apiBase: values.STRIPE_API_BASE ?? null,
          // docs.stripe.com/rate-limits
          callsPerSecond:
            values.STRIPE_CALLS_PER_SECOND ?? (values.STRIPE_SECRET_KEY.includes('_live_') ? 80 : 20),
        }
      : { kind: 'emulator', dir: path.join(dataDir, 'stripe-emulator') },
    push: values.FCM_SERVICE_ACCOUNT
      ? { kind: 'fcm', serviceAccount: values.FCM_SERVICE_ACCOUNT, apiBase: values.FCM_API_BASE ?? null }
      : { kind: 'emulator' },
    orderHoldSeconds: values.ORDER_HOLD_SECONDS,
    drainDelayMs: 1000 * (values.DRAIN_DELAY_SECONDS ?? (isProduction ? 5 : 0)),
    demo: values.DEMO ? values.DEMO === 'on' : !isProduction && isAllEmbedded && values.NODE_ENV !== 'test',
    logLevel: values.LOG_LEVEL,
  };
}
