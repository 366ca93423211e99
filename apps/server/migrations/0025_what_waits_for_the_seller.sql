-- The lists of what a shop has to pack and to deliver, however much it has sold before.
create index orders_to_pack on orders (shop_id, id)
  where status in ('paid', 'partially_refunded', 'confirmed') and fulfilment_status in ('none', 'packed');
create index orders_to_deliver on orders (shop_id, id)
  where status in ('paid', 'partially_refunded', 'confirmed') and fulfilment_status = 'shipped';
create index refunds_failed on refunds (order_id) where status = 'failed';
