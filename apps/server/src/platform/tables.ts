// Generated from the migrated database by scripts/generate-tables.ts; a test keeps it current.
import type { Generated } from 'kysely';

// JSON columns are checked where they are read.
type Json = unknown;

export interface Tables {
  blocked_words: {
    shop_id: string;
    word: string;
  };
  cash_payments: {
    order_id: string;
    buyer_id: string;
    amount_minor: number;
    currency: string;
    status: Generated<string>;
    confirm_by: Date;
    confirmed_at: Date | null;
    code_channel: string;
    code_address: string;
    code_sent_at: Date | null;
    code_expires_at: Date | null;
    codes_sent: Generated<number>;
    tries: Generated<number>;
    created_at: Generated<Date>;
  };
  cash_refunds: {
    id: string;
    order_id: string;
    amount_minor: number;
    created_at: Generated<Date>;
  };
  chat_devices: {
    user_id: string;
    device_hash: Buffer;
    first_seen_at: Generated<Date>;
  };
  chat_mutes: {
    shop_id: string;
    user_id: string;
    until: Date | null;
    created_at: Generated<Date>;
  };
  chat_rules: {
    shop_id: string;
    version: Generated<number>;
  };
  devices: {
    token: string;
    user_id: string;
    platform: string;
    created_at: Generated<Date>;
    last_seen_at: Generated<Date>;
    language: Generated<string>;
  };
  disputes: {
    id: string;
    order_id: string;
    status: string;
    amount_minor: number;
    reason: string;
    observed_at: Generated<Date>;
    created_at: Generated<Date>;
    closed_at: Date | null;
  };
  follows: {
    shop_id: string;
    user_id: string;
    created_at: Generated<Date>;
  };
  idempotency_keys: {
    actor_id: string;
    route: string;
    key: string;
    fingerprint: Buffer;
    locked_until: Date | null;
    status_code: number | null;
    body: string | null;
    created_at: Generated<Date>;
    order_id: string | null;
  };
  media_channels: {
    shop_id: string;
    provider: string;
    channel: Json;
    created_at: Generated<Date>;
    is_private: Generated<boolean>;
  };
  media_leases: {
    stream_id: string;
    node_id: string;
    renewed_at: Generated<Date>;
  };
  message_reports: {
    message_id: string;
    user_id: string;
    reason: string | null;
    created_at: Generated<Date>;
  };
  messages: {
    id: string;
    stream_id: string;
    user_id: string;
    client_msg_id: string;
    text: string;
    status: Generated<string>;
    created_at: Generated<Date>;
    reply_to: string | null;
    held_message: Json | null;
    held_reason: string | null;
    held_at: Date | null;
    approved_at: Date | null;
  };
  moderation_log: {
    id: Generated<number>;
    shop_id: string;
    at: Generated<Date>;
    action: string;
    actor_id: string | null;
    target_id: string | null;
    stream_id: string | null;
    message_id: string | null;
    reason: string | null;
    facts: Generated<Json>;
  };
  moderators: {
    shop_id: string;
    user_id: string;
    appointed_at: Generated<Date>;
  };
  notifications: {
    id: string;
    user_id: string;
    kind: string;
    title: string;
    body: string;
    facts: Generated<Json>;
    stream_id: string | null;
    order_id: string | null;
    dedup_key: string;
    created_at: Generated<Date>;
    read_at: Date | null;
  };
  order_answers: {
    order_id: string;
    body: string;
    created_at: Generated<Date>;
  };
  order_items: {
    order_id: string;
    position: number;
    variant_id: string;
    product_id: string;
    title: string;
    variant_title: string;
    image_id: string | null;
    quantity: number;
    unit_price_minor: number;
    reservation: Generated<string>;
  };
  orders: {
    id: string;
    buyer_id: string;
    shop_id: string;
    stream_id: string | null;
    status: string;
    closing_to: string | null;
    closing_checked_at: Date | null;
    currency: string;
    total_minor: number;
    refunded_minor: Generated<number>;
    shipping_address: Json | null;
    fulfilment_status: Generated<string>;
    carrier: string | null;
    tracking_number: string | null;
    is_disputed: Generated<boolean>;
    idempotency_key: string;
    fingerprint: Buffer;
    checkout_locked_until: Date;
    hold_expires_at: Date | null;
    paid_at: Date | null;
    created_at: Generated<Date>;
    taken_back_minor: Generated<number>;
    has_inquiry: Generated<boolean>;
  };
  payment_events: {
    id: string;
    type: string;
    payload: Json;
    received_at: Generated<Date>;
    processed_at: Date | null;
    quarantined_because: string | null;
  };
  payment_watermarks: {
    provider: string;
    listed_until: Date;
  };
  payments: {
    order_id: string;
    provider: string;
    payment_intent_id: string;
    status: string;
    amount_minor: number;
    amount_received_minor: Generated<number>;
    currency: string;
    version: Generated<number>;
    observed_at: Generated<Date>;
    created_at: Generated<Date>;
    method: Json | null;
    awaits_buyer_since: Date | null;
    is_settled: Generated<boolean>;
  };
  pins: {
    stream_id: string;
    product_id: string;
    variant_id: string | null;
    seq: number;
  };
  products: {
    id: string;
    shop_id: string;
    title: string;
    description: Generated<string>;
    image_ids: Generated<string[]>;
    price_minor: number;
    currency: string;
    version: Generated<number>;
    created_at: Generated<Date>;
    deleted_at: Date | null;
  };
  push_deliveries: {
    notification_id: string;
    token: string;
    sent_at: Generated<Date>;
  };
  recordings: {
    stream_id: string;
    started_at: Date;
    duration_ms: number;
    bytes: number;
    created_at: Generated<Date>;
    removed_at: Date | null;
    purged_at: Date | null;
    archived_at: Date | null;
  };
  refresh_tokens: {
    token_hash: Buffer;
    session_id: string;
    created_at: Generated<Date>;
    expires_at: Date;
    used_at: Date | null;
  };
  refund_requests: {
    id: string;
    order_id: string;
    request_key: string;
    reason: string;
    status: string;
    answer: string | null;
    refund_id: string | null;
    created_at: Generated<Date>;
    answered_at: Date | null;
  };
  refunds: {
    id: string;
    order_id: string;
    amount_minor: number;
    reason: string;
    restock: Generated<boolean>;
    status: string;
    idempotency_key: string;
    provider_refund_id: string | null;
    observed_at: Generated<Date>;
    created_at: Generated<Date>;
    is_answered: Generated<boolean>;
  };
  room_events: {
    stream_id: string;
    seq: number;
    event: string;
    payload: Json;
    at: Generated<Date>;
    pdt: Date | null;
    message_id: string | null;
  };
  rooms: {
    stream_id: string;
    last_seq: Generated<number>;
    told_status: string | null;
  };
  sessions: {
    id: string;
    user_id: string;
    user_agent: string | null;
    created_at: Generated<Date>;
    last_used_at: Generated<Date>;
    revoked_at: Date | null;
  };
  shops: {
    id: string;
    owner_id: string;
    handle: string;
    name: string;
    avatar_id: string | null;
    created_at: Generated<Date>;
    cash_on_delivery: Generated<boolean>;
  };
  stock_movements: {
    id: Generated<number>;
    variant_id: string;
    delta: number;
    kind: string;
    reason: Generated<string>;
    order_id: string | null;
    actor_id: string | null;
    created_at: Generated<Date>;
    on_hand_after: number;
    idempotency_key: string | null;
  };
  stream_guests: {
    stream_id: string;
    user_id: string;
    invited_at: Generated<Date>;
  };
  stream_products: {
    stream_id: string;
    product_id: string;
    position: number;
  };
  streams: {
    id: string;
    shop_id: string;
    title: string;
    thumbnail_id: string | null;
    status: string;
    provider: string;
    media: Json;
    stream_key_hash: Buffer | null;
    scheduled_for: Date | null;
    started_at: Date | null;
    interrupted_at: Date | null;
    ended_at: Date | null;
    end_reason: string | null;
    peak_viewers: Generated<number>;
    like_count: Generated<number>;
    created_at: Generated<Date>;
    visibility: Generated<string>;
    invitation_code: string | null;
  };
  uploads: {
    id: string;
    owner_id: string;
    width: number;
    height: number;
    byte_count: number;
    created_at: Generated<Date>;
  };
  users: {
    id: string;
    email: string;
    password_hash: string;
    display_name: string;
    created_at: Generated<Date>;
    deleted_at: Date | null;
  };
  variants: {
    id: string;
    product_id: string;
    position: number;
    title: string;
    sku: string | null;
    price_minor: number | null;
    on_hand: number;
    reserved: Generated<number>;
  };
}
