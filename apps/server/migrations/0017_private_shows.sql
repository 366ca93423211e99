-- A private show is for its seller and for who came by its invitation.
alter table streams
  add column visibility text not null default 'public' check (visibility in ('public', 'private')),
  add column invitation_code text,
  add constraint streams_invitation check ((visibility = 'private') = (invitation_code is not null));

create table stream_guests (
  stream_id uuid not null references streams on delete cascade,
  user_id uuid not null references users on delete cascade,
  invited_at timestamptz not null default now(),
  primary key (stream_id, user_id)
);

-- A shop's private shows have a channel of their own: an address of a public show must not open them.
alter table media_channels
  add column is_private boolean not null default false,
  drop constraint media_channels_pkey,
  add primary key (shop_id, provider, is_private);
