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
