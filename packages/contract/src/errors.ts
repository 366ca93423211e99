/**
 * The closed table of everything that can go wrong for a person, used by REST problem documents (RFC 9457)
 * and by socket acknowledgements alike.
 * `http`: the REST status. `retry`: whether the same request can succeed later. `title`: one plain sentence.
 */
export const errorTable = {
  malformed_json: { http: 400, retry: false, title: 'The request body is not valid JSON.' },
  idempotency_key_missing: {
    http: 400,
    retry: false,
    title: 'This request needs an Idempotency-Key header.',
  },
  invalid_signature: { http: 400, retry: false, title: 'The signature of this webhook is not valid.' },
  unknown_event: { http: 400, retry: false, title: 'This event does not exist.' },
  unauthorized: { http: 401, retry: false, title: 'Please sign in.' },
  token_expired: { http: 401, retry: true, title: 'The sign-in has expired; refresh it.' },
  invalid_credentials: { http: 401, retry: false, title: 'Email or password is wrong.' },
  invalid_refresh: { http: 401, retry: false, title: 'This sign-in has ended; please sign in again.' },
  forbidden: { http: 403, retry: false, title: 'You may not do this.' },
  forbidden_origin: { http: 403, retry: false, title: 'This origin may not connect.' },
  not_a_seller: { http: 403, retry: false, title: 'Open a shop first.' },
  own_product: { http: 403, retry: false, title: 'You cannot buy from your own shop.' },
  muted: { http: 403, retry: true, title: 'You may not write in this room at the moment.' },
  chat_off: { http: 403, retry: true, title: 'The chat is closed for the moment.' },
  followers_only: {
    http: 403,
    retry: true,
    title: 'Only followers of the shop write in this chat; follow it first.',
  },
  links_not_allowed: {
    http: 403,
    retry: false,
    title: 'Links may only be posted by the seller and moderators.',
  },
  stream_private: {
    http: 403,
    retry: false,
    title: 'This show is private; it opens with an invitation of its seller.',
  },
  not_found: { http: 404, retry: false, title: 'There is nothing here.' },
  method_not_allowed: { http: 405, retry: false, title: 'This method is not allowed here.' },
  already_live: { http: 409, retry: false, title: 'You already have a show that is ready or live.' },
  already_a_seller: { http: 409, retry: false, title: 'You already have a shop.' },
  handle_taken: { http: 409, retry: false, title: 'This shop name is taken.' },
  email_taken: { http: 409, retry: false, title: 'There is an account with this email; sign in instead.' },
  out_of_stock: { http: 409, retry: true, title: 'Sold out.' },
  stock_reserved: { http: 409, retry: true, title: 'Some of this stock is held for buyers who are paying.' },
  price_changed: { http: 409, retry: true, title: 'The price has changed.' },
  limit_reached: { http: 409, retry: false, title: 'You have reached a limit.' },
  stream_not_live: { http: 409, retry: true, title: 'This show is not live.' },
  no_browser_ingest: {
    http: 409,
    retry: false,
    title: 'This show takes its video by RTMP alone.',
  },
  private_unavailable: { http: 409, retry: false, title: 'Private shows are not set up on this server.' },
  stream_ended: { http: 409, retry: false, title: 'This show has ended.' },
  order_not_cancelable: { http: 409, retry: false, title: 'This order can no longer be cancelled.' },
  order_not_refundable: { http: 409, retry: false, title: 'This order cannot be refunded.' },
  payment_refused: {
    http: 409,
    retry: false,
    title: 'This order cannot be paid online; its amount may be too small.',
  },
  idempotency_in_progress: {
    http: 409,
    retry: true,
    title: 'The first request with this key is still at work.',
  },
  not_joined: { http: 409, retry: true, title: 'Join the room first.' },
  too_many_rooms: { http: 409, retry: false, title: 'Leave another room first.' },
  conflict: { http: 409, retry: true, title: 'Somebody changed this in the meantime; reload it.' },
  precondition_failed: {
    http: 412,
    retry: true,
    title: 'Somebody changed this in the meantime; reload it.',
  },
  payload_too_large: { http: 413, retry: false, title: 'This is too large.' },
  uri_too_long: { http: 414, retry: false, title: 'The address is too long.' },
  unsupported_media_type: { http: 415, retry: false, title: 'This content type is not accepted here.' },
  validation_failed: { http: 422, retry: false, title: 'Some fields are not valid.' },
  image_invalid: { http: 422, retry: false, title: 'This picture cannot be used; send a JPEG, PNG or WebP.' },
  idempotency_key_reused: {
    http: 422,
    retry: false,
    title: 'This Idempotency-Key was used with another request.',
  },
  rate_limited: { http: 429, retry: true, title: 'Too fast; wait a moment.' },
  headers_too_large: { http: 431, retry: false, title: 'The request headers are too large.' },
  internal: { http: 500, retry: true, title: 'Something went wrong on our side.' },
  payment_unavailable: { http: 503, retry: true, title: 'Payments are unavailable for a moment; try again.' },
  media_unavailable: { http: 503, retry: true, title: 'Live video is unavailable for a moment; try again.' },
  unavailable: { http: 503, retry: true, title: 'The service is unavailable for a moment; try again.' },
} as const satisfies Record<string, { http: number; retry: boolean; title: string }>;

export type ErrorCode = keyof typeof errorTable;

/** True when `code` is in the table; use it on codes that arrive over the wire. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorTable, code);
}
