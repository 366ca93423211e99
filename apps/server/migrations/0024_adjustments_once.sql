-- The key under which a seller changed the stock: the same key changes it once.
alter table stock_movements add column idempotency_key text;
create unique index stock_movements_key on stock_movements (variant_id, idempotency_key)
  where idempotency_key is not null;
