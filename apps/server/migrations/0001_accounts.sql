create table users (
  id uuid primary key,
  email text not null unique check (email = lower(email)),
  password_hash text not null,
  display_name text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);

-- One row for each sign-in; its refresh tokens form one family.
create table sessions (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  user_agent text,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index sessions_user on sessions (user_id) where revoked_at is null;

-- Only hashes are kept. A token with `used_at` has exactly one child, which can be derived again.
create table refresh_tokens (
  token_hash bytea primary key,
  session_id uuid not null references sessions on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index refresh_tokens_session on refresh_tokens (session_id);

create table uploads (
  id uuid primary key,
  owner_id uuid not null references users,
  width integer not null,
  height integer not null,
  byte_count integer not null,
  created_at timestamptz not null default now()
);

create table shops (
  id uuid primary key,
  owner_id uuid not null unique references users,
  handle text not null unique check (handle = lower(handle)),
  name text not null,
  avatar_id uuid references uploads,
  created_at timestamptz not null default now()
);

create table follows (
  shop_id uuid not null references shops on delete cascade,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null default now(),
  primary key (shop_id, user_id)
);
create index follows_user on follows (user_id);

create table devices (
  token text primary key,
  user_id uuid not null references users on delete cascade,
  platform text not null check (platform in ('android', 'web')),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now()
);
create index devices_user on devices (user_id, last_seen_at);
