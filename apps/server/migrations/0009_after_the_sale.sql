-- Each entry of the stock ledger says what was on the shelf after it. A variant is locked before its entry is written,
-- so that the ids of its entries stand in the order of its changes.
alter table stock_movements add column on_hand_after integer check (on_hand_after >= 0);
update stock_movements movement set on_hand_after = ledger.on_hand_after
from (
  select id, sum(delta) over (partition by variant_id order by id) as on_hand_after from stock_movements
) as ledger
where ledger.id = movement.id;
alter table stock_movements alter column on_hand_after set not null;

-- `restock`: goes back on the shelf. `return`: does so after it was at the buyer's. `undelivered`: came back unsold and
-- is off the shelf until somebody has looked at it.
alter table stock_movements drop constraint stock_movements_kind_check;
update stock_movements set kind = 'opening' where kind = 'initial';
alter table stock_movements add constraint stock_movements_kind_check
  check (kind in ('opening', 'adjustment', 'sale', 'restock', 'return', 'undelivered'));
drop index stock_movements_order;
create unique index stock_movements_order on stock_movements (order_id, variant_id, (delta > 0))
  where order_id is not null;

-- With what the order was paid (card, last digits), once somebody has asked for a receipt.
alter table payments add column method jsonb;

-- What buyers' banks take back. `won`: the money stays with the seller; `won` and `lost` are final.
create table disputes (
  -- The provider's.
  id text primary key,
  order_id uuid not null references orders,
  status text not null check (status in ('open', 'won', 'lost')),
  amount_minor integer not null check (amount_minor > 0),
  reason text not null,
  -- When the provider was last asked about it.
  observed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  check ((status = 'open') = (closed_at is null))
);
create index disputes_order on disputes (order_id);
create index disputes_open on disputes (observed_at) where status = 'open';
-- An order says whether one is open (`is_disputed`) and what was lost.
alter table payments drop column is_disputed;
alter table orders add column taken_back_minor integer not null default 0 check (taken_back_minor >= 0);

-- A buyer asks for the money back; the seller refunds or says why not.
create table refund_requests (
  id uuid primary key,
  order_id uuid not null references orders,
  -- Of the buyer's request, so that the same one asks once.
  request_key text not null unique,
  reason text not null,
  status text not null check (status in ('open', 'approved', 'declined')),
  answer text,
  refund_id uuid references refunds,
  created_at timestamptz not null default now(),
  answered_at timestamptz,
  check ((status = 'open') = (answered_at is null)),
  check ((status = 'declined') = (answer is not null))
);
create index refund_requests_order on refund_requests (order_id, id);
create unique index refund_requests_open on refund_requests (order_id) where status = 'open';

-- Only ever read for the oldest rows, which lie together.
create index payment_events_age on payment_events using brin (received_at);
