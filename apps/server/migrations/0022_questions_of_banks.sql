-- Since when the bank asks the buyer whether it was them (3-D Secure, the app of UPI); null while it asks nothing.
alter table payments add column awaits_buyer_since timestamptz;
