-- What a request under a key was asked of: its answer is kept until that order is final.
alter table idempotency_keys add column order_id uuid;
