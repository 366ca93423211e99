import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { port, type Setting, setting, url } from './setting.ts';

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** Who takes and serves the video, with what that needs. */
export type VideoConfig =
  | {
      kind: 'embedded';
      runsIn: 'main' | 'worker' | 'process';
      port: number;
      /** Null: derived. */
      publicUrl: string | null;
      /** Playback needs an address that was signed. */
      isSigned: boolean;
    }
  | {
      kind: 'ivs';
      region: string;
      credentials: Credentials | null;
      endpoint: string | null;
      channelType: 'STANDARD' | 'BASIC' | 'ADVANCED_SD' | 'ADVANCED_HD';
      webhookSecret: string | null;
      recording: {
        configurationArn: string;
        bucket: string;
        publicUrl: string;
        endpoint: string | null;
      } | null;
      playbackKey: string | null;
    }
  | {
      kind: 'mux';
      tokenId: string;
      tokenSecret: string;
      webhookSecret: string | null;
      apiBase: string | null;
      playbackUrl: string;
      signing: { keyId: string; privateKey: string } | null;
    };

/** A private key: PEM, also in one line with `\n`, or PEM in base64 as Mux hands it out. */
function privateKey(isRight: (details: { type: string | undefined; curve: string | undefined }) => boolean) {
  return z
    .string()
    .transform((text) =>
      text.includes('-----BEGIN')
        ? text.replaceAll('\\n', '\n')
        : Buffer.from(text, 'base64').toString('utf8'),
    )
    .refine((pem) => {
      try {
        const key = createPrivateKey(pem);
        return isRight({ type: key.asymmetricKeyType, curve: key.asymmetricKeyDetails?.namedCurve });
      } catch {
        return false;
      }
    })
    .optional();
}

export const videoSettings = {
  MEDIA_PROVIDER: setting(
    z.enum(['embedded', 'ivs', 'mux']).default('embedded'),
    'embedded, ivs or mux',
    'who takes and serves the video; see video-providers.md',
    'embedded',
  ),
  MEDIA_RUNS_IN: setting(
    z.enum(['main', 'worker', 'process']).default('main'),
    'main, worker or process',
    'where the media server runs: beside everything else, or in a thread or a process of its own with MEDIA_PORT, so that video never delays orders or chat',
    'main',
  ),
  MEDIA_PORT: setting(
    port.default(3001),
    'a port, 0 for any free one',
    'HTTP port of the video where MEDIA_RUNS_IN is not main',
    '3001',
  ),
  MEDIA_PUBLIC_URL: setting(
    url.optional(),
    'an http(s) URL',
    'address under which viewers reach the video, such as a CDN in front of it (docs/video-delivery.md)',
    'PUBLIC_URL; http://HOST:MEDIA_PORT where MEDIA_RUNS_IN is not main',
  ),
  MEDIA_SIGNED_PLAYBACK: setting(
    z.enum(['on', 'off']).default('off'),
    'on or off',
    'whether the embedded media server serves all video, pictures and replays only under addresses that it has signed, for 12 to 24 hours; private shows it always does',
    'off',
  ),
  AWS_REGION: setting(
    z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
      .optional(),
    'a region, for example ap-south-1',
    'with MEDIA_PROVIDER=ivs: the region of the channels',
    'none',
  ),
  AWS_ACCESS_KEY_ID: setting(
    z.string().min(16).optional(),
    'an access key id',
    'who calls AWS',
    "the SDK's own search: profile, container or instance role",
  ),
  AWS_SECRET_ACCESS_KEY: setting(
    z.string().min(16).optional(),
    'the secret of AWS_ACCESS_KEY_ID',
    'signs calls to AWS',
    'as AWS_ACCESS_KEY_ID',
  ),
  AWS_SESSION_TOKEN: setting(
    z.string().min(16).optional(),
    'a session token',
    'with temporary keys of AWS',
    'lasting keys',
  ),
  IVS_ENDPOINT: setting(
    url.optional(),
    'an http(s) URL',
    'another host of the IVS API, for tests',
    "AWS's own",
  ),
  IVS_CHANNEL_TYPE: setting(
    z.enum(['STANDARD', 'BASIC', 'ADVANCED_SD', 'ADVANCED_HD']).default('STANDARD'),
    'STANDARD, BASIC, ADVANCED_SD or ADVANCED_HD',
    'what channels transcode, and cost',
    'STANDARD',
  ),
  IVS_WEBHOOK_SECRET: setting(
    z.string().min(16).optional(),
    '16 characters or more',
    'what EventBridge sends in x-webhook-secret to /webhooks/ivs',
    'no events are taken; channels are asked every few seconds',
  ),
  IVS_RECORDING_CONFIGURATION_ARN: setting(
    z
      .string()
      .regex(/^arn:aws:ivs:[\w-]+:\d+:recording-configuration\/\w+$/)
      .optional(),
    'arn:aws:ivs:...:recording-configuration/...',
    'records shows into its bucket',
    'shows are not recorded',
  ),
  IVS_RECORDING_BUCKET: setting(
    z.string().min(3).optional(),
    'the name of a bucket',
    'the bucket of IVS_RECORDING_CONFIGURATION_ARN',
    'none',
  ),
  IVS_RECORDING_URL: setting(
    url.optional(),
    'an http(s) URL',
    'where players read that bucket, for example a CloudFront distribution',
    'none',
  ),
  IVS_RECORDING_ENDPOINT: setting(
    url.optional(),
    'an http(s) URL',
    'another S3 host of that bucket, for tests',
    "AWS's own",
  ),
  IVS_PLAYBACK_PRIVATE_KEY: setting(
    privateKey(({ type, curve }) => type === 'ec' && curve === 'secp384r1'),
    'the private key (PEM, P-384) of a playback key pair',
    'makes channels private and signs their playback addresses',
    'whoever has the address may watch',
  ),
  MUX_TOKEN_ID: setting(z.string().min(8).optional(), 'the id of an access token', 'who calls Mux', 'none'),
  MUX_TOKEN_SECRET: setting(
    z.string().min(8).optional(),
    'the secret of MUX_TOKEN_ID',
    'proves who calls Mux',
    'none',
  ),
  MUX_WEBHOOK_SECRET: setting(
    z.string().min(8).optional(),
    'the signing secret of a webhook',
    'signs webhooks to /webhooks/mux',
    'no webhooks are taken; live streams are asked every few seconds',
  ),
  MUX_SIGNING_KEY_ID: setting(
    z.string().min(4).optional(),
    'the id of a signing key',
    'with MUX_SIGNING_PRIVATE_KEY: makes playback ids signed ones',
    'whoever has the address may watch',
  ),
  MUX_SIGNING_PRIVATE_KEY: setting(
    privateKey(({ type }) => type === 'rsa'),
    'its private key (PEM, or base64 as Mux shows it)',
    'signs playback addresses',
    'none',
  ),
  MUX_BASE_URL: setting(
    url.optional(),
    'an http(s) URL',
    'another host of the Mux API, for tests',
    'api.mux.com',
  ),
  MUX_PLAYBACK_URL: setting(
    url.default('https://stream.mux.com'),
    'an http(s) URL',
    "where viewers load video from: one's own domain at Mux",
    'https://stream.mux.com',
  ),
} as const satisfies Record<string, Setting<unknown>>;

export const videoSecrets = [
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'IVS_WEBHOOK_SECRET',
  'IVS_PLAYBACK_PRIVATE_KEY',
  'MUX_TOKEN_SECRET',
  'MUX_WEBHOOK_SECRET',
  'MUX_SIGNING_PRIVATE_KEY',
] as const;

type Values = { [N in keyof typeof videoSettings]: z.output<(typeof videoSettings)[N]['schema']> };

/** Mixtures that must not start, each with what to say when it is there. */
export function videoMixtures(values: Values, isProduction: boolean): [boolean, string][] {
  const provider = values.MEDIA_PROVIDER;
  const recording = [
    values.IVS_RECORDING_CONFIGURATION_ARN,
    values.IVS_RECORDING_BUCKET,
    values.IVS_RECORDING_URL,
  ];
  return [
    [provider === 'ivs' && !values.AWS_REGION, 'AWS_REGION: must be set when MEDIA_PROVIDER=ivs.'],
    [
      !values.AWS_ACCESS_KEY_ID !== !values.AWS_SECRET_ACCESS_KEY,
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: set both or none.',
    ],
    [
      recording.some(Boolean) && !recording.every(Boolean),
      'IVS_RECORDING_CONFIGURATION_ARN, IVS_RECORDING_BUCKET and IVS_RECORDING_URL: set all three or none.',
    ],
    [
      provider === 'mux' && !(values.MUX_TOKEN_ID && values.MUX_TOKEN_SECRET),
      'MUX_TOKEN_ID and MUX_TOKEN_SECRET: must be set when MEDIA_PROVIDER=mux.',
    ],
    [
      !values.MUX_SIGNING_KEY_ID !== !values.MUX_SIGNING_PRIVATE_KEY,
      'MUX_SIGNING_KEY_ID and MUX_SIGNING_PRIVATE_KEY: set both or none.',
    ],
    [
      isProduction && !!(values.IVS_ENDPOINT || values.IVS_RECORDING_ENDPOINT || values.MUX_BASE_URL),
      'IVS_ENDPOINT, IVS_RECORDING_ENDPOINT and MUX_BASE_URL: cannot be set when NODE_ENV=production.',
    ],
  ];
}

export function videoConfig(values: Values): VideoConfig {
  switch (values.MEDIA_PROVIDER) {
    case 'embedded':
      return {
        kind: 'embedded',
        runsIn: values.MEDIA_RUNS_IN,
        port: values.MEDIA_PORT,
        publicUrl: values.MEDIA_PUBLIC_URL ?? null,
        isSigned: values.MEDIA_SIGNED_PLAYBACK === 'on',
      };
    case 'ivs':
      return {
        kind: 'ivs',
        region: values.AWS_REGION ?? '',
        credentials: credentials(values),
        endpoint: values.IVS_ENDPOINT ?? null,
        channelType: values.IVS_CHANNEL_TYPE,
        webhookSecret: values.IVS_WEBHOOK_SECRET ?? null,
        recording: values.IVS_RECORDING_CONFIGURATION_ARN
          ? {
              configurationArn: values.IVS_RECORDING_CONFIGURATION_ARN,
              bucket: values.IVS_RECORDING_BUCKET ?? '',
              publicUrl: values.IVS_RECORDING_URL ?? '',
              endpoint: values.IVS_RECORDING_ENDPOINT ?? null,
            }
          : null,
        playbackKey: values.IVS_PLAYBACK_PRIVATE_KEY ?? null,
      };
    case 'mux':
      return {
        kind: 'mux',
        tokenId: values.MUX_TOKEN_ID ?? '',
        tokenSecret: values.MUX_TOKEN_SECRET ?? '',
        webhookSecret: values.MUX_WEBHOOK_SECRET ?? null,
        apiBase: values.MUX_BASE_URL ?? null,
        playbackUrl: values.MUX_PLAYBACK_URL,
        signing:
          values.MUX_SIGNING_KEY_ID && values.MUX_SIGNING_PRIVATE_KEY
            ? { keyId: values.MUX_SIGNING_KEY_ID, privateKey: values.MUX_SIGNING_PRIVATE_KEY }
            : null,
      };
  }
}

function credentials(values: Values): Credentials | null {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = values;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return null;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}
