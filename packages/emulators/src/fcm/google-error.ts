/** The codes of https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode that the emulator answers. */
export type FcmErrorCode =
  | 'INVALID_ARGUMENT'
  | 'UNREGISTERED'
  | 'QUOTA_EXCEEDED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

export interface FieldViolation {
  field: string;
  description: string;
}

/** An error answer of a Google API. https://cloud.google.com/apis/design/errors */
export class GoogleError extends Error {
  override readonly name = 'GoogleError';
  readonly code: number;
  readonly status: string;
  readonly details: object[];
  readonly retryAfterSeconds: number | null;

  constructor(
    code: number,
    status: string,
    message: string,
    details: object[],
    retryAfterSeconds: number | null = null,
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get body(): object {
    const { code, message, status, details } = this;
    return { error: { code, message, status, ...(details.length > 0 && { details }) } };
  }
}

const fcmDetail = (errorCode: FcmErrorCode) => ({
  '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError',
  errorCode,
});

export const unauthenticated = (reason: 'ACCESS_TOKEN_EXPIRED' | 'CREDENTIALS_MISSING'): GoogleError =>
  new GoogleError(401, 'UNAUTHENTICATED', 'The request holds no valid OAuth 2 access token.', [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason,
      domain: 'googleapis.com',
      metadata: { service: 'fcm.googleapis.com' },
    },
  ]);

export const permissionDenied = (project: string): GoogleError =>
  new GoogleError(403, 'PERMISSION_DENIED', `No permission to send messages for the project ${project}.`, []);

export const notFound = (): GoogleError => new GoogleError(404, 'NOT_FOUND', 'No such URL.', []);

export const unregistered = (): GoogleError =>
  new GoogleError(404, 'NOT_FOUND', 'The registration token is not registered any more.', [
    fcmDetail('UNREGISTERED'),
  ]);

export function invalidArgument(violation: FieldViolation): GoogleError {
  return new GoogleError(400, 'INVALID_ARGUMENT', `${violation.field}: ${violation.description}`, [
    fcmDetail('INVALID_ARGUMENT'),
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [violation] },
  ]);
}

export const quotaExceeded = (retryAfterSeconds: number): GoogleError =>
  new GoogleError(
    429,
    'RESOURCE_EXHAUSTED',
    'The sending quota is used up.',
    [fcmDetail('QUOTA_EXCEEDED')],
    retryAfterSeconds,
  );

export const unavailable = (retryAfterSeconds: number): GoogleError =>
  new GoogleError(
    503,
    'UNAVAILABLE',
    'The service is overloaded.',
    [fcmDetail('UNAVAILABLE')],
    retryAfterSeconds,
  );

export const internal = (): GoogleError =>
  new GoogleError(500, 'INTERNAL', 'An internal error.', [fcmDetail('INTERNAL')]);
