import { type FieldViolation, invalidArgument } from './google-error.ts';

/** A message as it was sent: https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages */
export interface FcmMessage {
  token?: string;
  topic?: string;
  condition?: string;
  data?: Record<string, string>;
  notification?: { title?: string; body?: string; image?: string };
  [member: string]: unknown;
}

const MAX_PAYLOAD_BYTES = 4096;
const LONGEST_TTL_SECONDS = 28 * 24 * 3600;
const TOKEN = /^[A-Za-z0-9_:.-]{8,4096}$/;
const RESERVED_DATA = /^(from|message_type|google.*|gcm\..*)$/;

type Check = (value: unknown, field: string) => void;

const refuse = (field: string, description: string): never => {
  throw invalidArgument({ field, description } satisfies FieldViolation);
};

const text: Check = (value, field) => {
  if (typeof value !== 'string') refuse(field, 'must be a string');
};
const flag: Check = (value, field) => {
  if (typeof value !== 'boolean') refuse(field, 'must be true or false');
};
const integer: Check = (value, field) => {
  if (!Number.isSafeInteger(value)) refuse(field, 'must be an integer');
};
const anyObject: Check = (value, field) => {
  if (!isObject(value)) refuse(field, 'must be an object');
};
const oneOf =
  (...allowed: string[]): Check =>
  (value, field) => {
    if (typeof value !== 'string' || !allowed.includes(value.toUpperCase())) {
      refuse(field, `must be one of ${allowed.join(', ')}`);
    }
  };
const textList: Check = (value, field) => {
  if (!Array.isArray(value) || !value.every((element) => typeof element === 'string')) {
    refuse(field, 'must be a list of strings');
  }
};
const textMap: Check = (value, field) => {
  if (!isObject(value)) return refuse(field, 'must be an object');
  for (const [key, member] of Object.entries(value)) text(member, `${field}[${key}]`);
};
const data: Check = (value, field) => {
  textMap(value, field);
  for (const key of Object.keys(value as object)) {
    if (RESERVED_DATA.test(key)) refuse(`${field}[${key}]`, 'is a reserved word');
  }
};
const duration: Check = (value, field) => {
  const seconds =
    typeof value === 'string' && /^\d+(\.\d{1,9})?s$/.test(value) ? Number.parseFloat(value) : null;
  if (seconds === null) return refuse(field, 'must be a duration such as "600s"');
  if (seconds > LONGEST_TTL_SECONDS) refuse(field, 'is at most four weeks');
};
const registrationToken: Check = (value, field) => {
  if (typeof value !== 'string' || !TOKEN.test(value)) refuse(field, 'is not a registration token');
};

/** Only the named members may occur; a name is accepted in camelCase too, as in all JSON of Google's APIs. */
const members =
  (checks: Record<string, Check>): Check =>
  (value, field) => {
    if (!isObject(value)) return refuse(field, 'must be an object');
    for (const [name, member] of Object.entries(value)) {
      const snakeCase = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      const check = Object.hasOwn(checks, snakeCase) ? checks[snakeCase] : undefined;
      if (!check) return refuse(`${field}.${name}`, 'is an unknown name');
      check(member, `${field}.${name}`);
    }
  };

const checkMessage = members({
  name: text,
  data,
  notification: members({ title: text, body: text, image: text }),
  android: members({
    collapse_key: text,
    priority: oneOf('NORMAL', 'HIGH'),
    ttl: duration,
    restricted_package_name: text,
    data,
    notification: members({
      title: text,
      body: text,
      icon: text,
      color: text,
      sound: text,
      tag: text,
      click_action: text,
      body_loc_key: text,
      body_loc_args: textList,
      title_loc_key: text,
      title_loc_args: textList,
      channel_id: text,
      ticker: text,
      sticky: flag,
      event_time: text,
      local_only: flag,
      notification_priority: oneOf(
        'PRIORITY_UNSPECIFIED',
        'PRIORITY_MIN',
        'PRIORITY_LOW',
        'PRIORITY_DEFAULT',
        'PRIORITY_HIGH',
        'PRIORITY_MAX',
      ),
      default_sound: flag,
      default_vibrate_timings: flag,
      default_light_settings: flag,
      vibrate_timings: textList,
      visibility: oneOf('VISIBILITY_UNSPECIFIED', 'PRIVATE', 'PUBLIC', 'SECRET'),
      notification_count: integer,
      light_settings: anyObject,
      image: text,
      bypass_proxy_notification: flag,
      proxy: oneOf('PROXY_UNSPECIFIED', 'ALLOW', 'DENY', 'IF_PRIORITY_LOWERED'),
    }),
    fcm_options: members({ analytics_label: text }),
    direct_boot_ok: flag,
    bandwidth_constrained_ok: flag,
    restricted_satellite_ok: flag,
  }),
  webpush: members({
    headers: textMap,
    data: textMap,
    notification: anyObject,
    fcm_options: members({ link: text, analytics_label: text }),
  }),
  apns: members({
    headers: textMap,
    payload: anyObject,
    fcm_options: members({ analytics_label: text, image: text }),
    live_activity_token: text,
  }),
  fcm_options: members({ analytics_label: text }),
  token: registrationToken,
  topic: text,
  condition: text,
});

const checkRequest = members({ message: checkMessage, validate_only: flag });

/**
 * Reads the body of `messages:send`. Throws the 400 of FCM for unknown members, wrong types, reserved data names, a
 * payload above 4,096 bytes, and anything but exactly one target.
 */
export function readSendRequest(body: string): { message: FcmMessage; isValidateOnly: boolean } {
  let request: unknown;
  try {
    request = JSON.parse(body);
  } catch {
    return refuse('body', 'Invalid JSON payload received');
  }
  checkRequest(request, 'request');
  const { message, validate_only, validateOnly } = request as Record<string, unknown>;
  if (!isObject(message)) return refuse('message', 'is required');
  const targets = ['token', 'topic', 'condition'].filter((target) => message[target] !== undefined);
  if (targets.length !== 1) refuse('message', 'needs exactly one of token, topic and condition');
  const payload = JSON.stringify({ ...message, token: undefined, topic: undefined, condition: undefined });
  if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
    refuse('message', `is larger than ${MAX_PAYLOAD_BYTES} bytes`);
  }
  return { message: message as FcmMessage, isValidateOnly: validate_only === true || validateOnly === true };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
