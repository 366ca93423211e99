-- A failed refund is answered by another one that the seller asked for, knowing of it. Until then its order waits.
alter table refunds add column is_answered boolean not null default false;
update refunds failed set is_answered = true
where status = 'failed' and exists (
  select from refunds later
  where later.order_id = failed.order_id and (later.created_at, later.id) > (failed.created_at, failed.id));
drop index refunds_failed;
create index refunds_failed on refunds (order_id) where status = 'failed' and not is_answered;
-- `made_elsewhere`: by somebody at the provider, not through us.
alter table refunds
  drop constraint refunds_reason_check,
  add constraint refunds_reason_check check (reason in ('requested_by_seller', 'late_payment', 'made_elsewhere'));
-- A bank may send the money of a refund back for a month after it succeeded.
create index refunds_succeeded on refunds (created_at) where status = 'succeeded';
create index orders_refunding on orders (id) where status = 'refund_pending';

-- Whether the order says what its payment ended as. There are few at a time that do not.
alter table payments add column is_settled boolean not null default false;
update payments set is_settled = true where status in ('succeeded', 'canceled');
create index payments_unsettled on payments (order_id) where status in ('succeeded', 'canceled') and not is_settled;
