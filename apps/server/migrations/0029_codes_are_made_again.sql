-- A code is made of its order and number whenever it is needed. One that was sent before is worth nothing from now on;
-- its buyer asks for another.
alter table cash_payments drop column code_hash;
alter table cash_payments add check ((code_expires_at is null) = (code_sent_at is null));
