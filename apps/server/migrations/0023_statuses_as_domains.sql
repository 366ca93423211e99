-- The words that a column may hold, as domains: a table's check is parsed anew by each statement that writes to the
-- table, which placing orders feels; a domain's once for each connection.
create domain order_status as text check (value in
  ('pending', 'processing', 'confirmed', 'closing', 'expired', 'canceled', 'paid', 'refund_pending', 'refunded',
   'partially_refunded'));
create domain order_end as text check (value in ('expired', 'canceled'));
create domain fulfilment_status as text check (value in ('none', 'packed', 'shipped', 'delivered', 'returned'));
create domain stock_reservation as text check (value in ('active', 'committed', 'released'));
create domain payment_status as text check (value in ('open', 'processing', 'succeeded', 'canceled'));

alter table orders
  drop constraint orders_status_check,
  drop constraint orders_closing_to_check,
  drop constraint orders_fulfilment_status_check,
  alter column status type order_status,
  alter column closing_to type order_end,
  alter column fulfilment_status type fulfilment_status;
alter table order_items
  drop constraint order_items_reservation_check,
  alter column reservation type stock_reservation;
alter table payments
  drop constraint payments_status_check,
  alter column status type payment_status;
