create table notifications (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  kind text not null,
  title text not null,
  body text not null,
  facts jsonb not null default '{}',
  stream_id uuid references streams,
  order_id uuid references orders,
  -- The same fact is told to the same person once, however often its event is delivered.
  dedup_key text not null,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  unique (user_id, dedup_key)
);
create index notifications_user on notifications (user_id, id);

create table push_deliveries (
  notification_id uuid not null references notifications on delete cascade,
  token text not null,
  sent_at timestamptz not null default now(),
  primary key (notification_id, token)
);
