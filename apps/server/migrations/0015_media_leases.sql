-- Which node has a show's video, where the video server is a part of the node: the others know nothing of it.
create table media_leases (
  stream_id uuid primary key references streams on delete cascade,
  node_id text not null,
  renewed_at timestamptz not null default now()
);
