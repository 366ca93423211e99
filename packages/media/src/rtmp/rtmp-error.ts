/**
 * Every way in which a peer can break the RTMP rules or this server's limits. The code is stable; the
 * message carries the facts.
 */
export type RtmpErrorCode =
  | 'bad_version'
  | 'bad_chunk_header'
  | 'bad_chunk_size'
  | 'message_too_long'
  | 'too_many_chunk_streams'
  | 'too_much_in_assembly'
  | 'too_much_before_publish'
  | 'bad_control_message'
  | 'bad_amf'
  | 'bad_command'
  | 'too_fast';

export class RtmpError extends Error {
  override readonly name = 'RtmpError';
  readonly code: RtmpErrorCode;

  constructor(code: RtmpErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
