alter table shops add column cash_on_delivery boolean not null default false;

alter table orders drop constraint orders_status_check, add constraint orders_status_check check (status in
  ('pending', 'processing', 'confirmed', 'closing', 'expired', 'canceled', 'paid', 'refund_pending', 'refunded',
   'partially_refunded'));
create index orders_confirmed on orders (buyer_id) where status = 'confirmed';

-- The cash book: what a card processor's ledger is to cards. An order's payment has the id `cash_<order>`.
create table cash_payments (
  order_id uuid primary key references orders,
  buyer_id uuid not null references users,
  amount_minor integer not null check (amount_minor > 0),
  currency text not null,
  status text not null default 'open' check (status in ('open', 'collected', 'canceled')),
  -- No code is right after this moment: the order's hold ends.
  confirm_by timestamptz not null,
  -- When the buyer gave the right code. Only then cash may be collected.
  confirmed_at timestamptz,
  -- Where codes go: the way, and the masked address.
  code_channel text not null,
  code_address text not null,
  -- Of the last code; the code itself is nowhere.
  code_hash bytea,
  code_sent_at timestamptz,
  code_expires_at timestamptz,
  codes_sent integer not null default 0,
  -- Over all codes of the order.
  tries integer not null default 0,
  -- In milliseconds, so that it can be paged by.
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  check ((code_hash is null) = (code_expires_at is null) and (code_hash is null) = (code_sent_at is null)),
  check (status <> 'collected' or confirmed_at is not null)
);
create index cash_payments_created on cash_payments (created_at);

-- Money that a seller says to have paid back by hand.
create table cash_refunds (
  id uuid primary key,
  order_id uuid not null references cash_payments,
  amount_minor integer not null check (amount_minor > 0),
  created_at timestamptz not null default now()
);
create index cash_refunds_order on cash_refunds (order_id);
