-- The row whose lock gives a room's events their gap-free order.
create table rooms (
  stream_id uuid primary key references streams on delete cascade,
  last_seq bigint not null default 0,
  -- The stream's status that the room was told last, so that it is told each change once.
  told_status text
) with (fillfactor = 50);

create table messages (
  id uuid primary key,
  stream_id uuid not null references rooms on delete cascade,
  user_id uuid not null references users,
  client_msg_id uuid not null,
  text text not null,
  status text not null default 'visible' check (status in ('visible', 'held_for_review', 'hidden', 'deleted')),
  created_at timestamptz not null default now(),
  unique (stream_id, user_id, client_msg_id)
);

create table room_events (
  stream_id uuid not null references rooms on delete cascade,
  seq bigint not null,
  event text not null,
  -- The event's own fields, without streamId, seq, at and pdt.
  payload jsonb not null,
  at timestamptz not null default now(),
  pdt timestamptz,
  -- Set on a `new_message`.
  message_id uuid unique references messages,
  primary key (stream_id, seq)
);
create index room_events_chat on room_events (stream_id, seq) where event = 'new_message';

create table pins (
  stream_id uuid not null references rooms on delete cascade,
  product_id uuid not null references products,
  variant_id uuid references variants,
  -- Of the event that pinned it: the newest pin has the highest.
  seq bigint not null,
  primary key (stream_id, product_id)
);
