-- When the video of a recording moved to object storage; null while it is where it was made.
alter table recordings add column archived_at timestamptz;
create index recordings_to_archive on recordings (stream_id) where removed_at is null and archived_at is null;
