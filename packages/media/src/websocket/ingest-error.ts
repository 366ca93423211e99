/**
 * Why a browser's connection is closed, with the close code of each (RFC 6455 section 7.4.2: 4000 to 4999 belong to
 * the application). The word stands first in the close reason, `already_publishing: ...`.
 */
export const ingestCloseCodes = {
  /** The connection breaks RFC 6455. */
  bad_frame: 1002,
  /** The server stops; come back in a moment. */
  server_closing: 1001,
  /** A message that is not one of this protocol, or out of its order. */
  bad_message: 4400,
  /** The ticket or key is not valid, or no longer. */
  unauthorized: 4401,
  /** Nothing came for too long. */
  timeout: 4408,
  /** Somebody publishes to this stream already. */
  already_publishing: 4409,
  /** The server cut this publisher: the show was ended, its key was changed. */
  disconnected: 4410,
  message_too_long: 4413,
  /** A codec, a size or a configuration that viewers cannot play. */
  unsupported_media: 4415,
  /** More bits a second, or more bytes before the permission, than anybody may send. */
  too_much: 4429,
  internal: 4500,
} as const;

export type IngestErrorCode = keyof typeof ingestCloseCodes;

/** A peer broke the rules of the browser ingest or its limits. The message carries the facts. */
export class IngestError extends Error {
  override readonly name = 'IngestError';
  readonly code: IngestErrorCode;

  constructor(code: IngestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
