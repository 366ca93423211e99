-- The recordings of shows that are over; the video itself is with the media provider.
create table recordings (
  stream_id uuid primary key references streams on delete cascade,
  -- The video time of its first frame.
  started_at timestamptz not null,
  duration_ms bigint not null,
  bytes bigint not null,
  created_at timestamptz not null default now(),
  -- From here on it cannot be seen; its video goes next.
  removed_at timestamptz,
  purged_at timestamptz
);
create index recordings_newest on recordings (started_at, stream_id) where removed_at is null;
create index recordings_to_purge on recordings (stream_id) where removed_at is not null and purged_at is null;
