-- A shop's lasting place at a media provider that has such, reused by all its shows.
create table media_channels (
  shop_id uuid not null references shops,
  provider text not null,
  -- What the provider needs to find it again; never the stream key.
  channel jsonb not null,
  created_at timestamptz not null default now(),
  primary key (shop_id, provider)
);
-- Recordings that come some time after the end of their show.
create index streams_newly_ended on streams (ended_at) where status = 'ended';
