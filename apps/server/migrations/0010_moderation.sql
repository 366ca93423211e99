-- Beside the seller: who moderates the rooms of a shop.
create table moderators (
  shop_id uuid not null references shops on delete cascade,
  user_id uuid not null references users on delete cascade,
  appointed_at timestamptz not null default now(),
  primary key (shop_id, user_id)
);

-- Counts every change of what a shop allows in its chat, so that each node sees when its copy is old.
create table chat_rules (
  shop_id uuid primary key references shops on delete cascade,
  version integer not null default 1
);

-- The devices that people chatted from. The id that a device sends is random (128 bits), so its hash tells nothing.
create table chat_devices (
  user_id uuid not null references users on delete cascade,
  device_hash bytea not null,
  first_seen_at timestamptz not null default now(),
  primary key (user_id, device_hash)
);

-- Who may not write in a shop's rooms: until a moment, or, where there is none, until the ban is taken back.
create table chat_mutes (
  shop_id uuid not null references shops on delete cascade,
  user_id uuid not null references users on delete cascade,
  until timestamptz,
  created_at timestamptz not null default now(),
  primary key (shop_id, user_id)
);

create table moderation_log (
  id bigint generated always as identity primary key,
  shop_id uuid not null references shops,
  at timestamptz not null default now(),
  action text not null,
  -- Null for what the server did by itself.
  actor_id uuid references users,
  target_id uuid references users,
  -- Without a reference: the log outlives the shows and messages that it tells of.
  stream_id uuid,
  message_id uuid,
  reason text,
  facts jsonb not null default '{}'
);
create index moderation_log_shop on moderation_log (shop_id, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end
$$;
create trigger moderation_log_append_only before update or delete on moderation_log
  for each row execute function refuse_change();
create trigger moderation_log_kept before truncate on moderation_log
  for each statement execute function refuse_change();

alter table messages add column reply_to uuid references messages;
create index messages_replies on messages (reply_to) where reply_to is not null;

-- How the chat is run and what is pinned above it: the newest of these events says it.
create index room_events_chat_state on room_events (stream_id, event, seq)
  where event in ('chat_mode', 'message_pinned');

create table blocked_words (
  shop_id uuid not null references shops on delete cascade,
  word text not null,
  primary key (shop_id, word)
);

-- Of a message that is held for review: the message as the room will see it, why, and since when.
alter table messages
  add column held_message jsonb,
  add column held_reason text check (held_reason in ('blocked_word', 'reports')),
  add column held_at timestamptz,
  -- A moderator let it pass: reports hold it no more.
  add column approved_at timestamptz;
create index messages_held on messages (stream_id, id) where status = 'held_for_review';

-- Each person counts once for each message.
create table message_reports (
  message_id uuid not null references messages on delete cascade,
  user_id uuid not null references users on delete cascade,
  reason text,
  created_at timestamptz not null default now(),
  primary key (message_id, user_id)
);
