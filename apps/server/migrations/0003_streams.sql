create table streams (
  id uuid primary key,
  shop_id uuid not null references shops,
  title text not null,
  thumbnail_id uuid references uploads,
  status text not null check (status in
    ('scheduled', 'ready', 'live', 'interrupted', 'ended', 'archived', 'cancelled', 'expired')),
  provider text not null,
  -- What the media provider needs to find its resource again, its `id` at least; never the stream key.
  media jsonb not null,
  stream_key_hash bytea unique,
  scheduled_for timestamptz,
  started_at timestamptz,
  interrupted_at timestamptz,
  ended_at timestamptz,
  end_reason text,
  peak_viewers integer not null default 0,
  like_count bigint not null default 0,
  created_at timestamptz not null default now()
);
-- A seller has at most one show that is ready or on air.
create unique index streams_one_on_air on streams (shop_id) where status in ('ready', 'live', 'interrupted');
create index streams_shop on streams (shop_id, id);
create index streams_unfinished on streams (status) where status in ('scheduled', 'ready', 'live', 'interrupted');
-- A provider's events name its resource.
create index streams_media on streams ((media ->> 'id'));

create table stream_products (
  stream_id uuid not null references streams on delete cascade,
  product_id uuid not null references products,
  position integer not null,
  primary key (stream_id, product_id)
);
