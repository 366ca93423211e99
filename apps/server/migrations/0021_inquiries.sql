-- `inquiry`: the buyer's bank asks about a payment and takes nothing. Also when it is over (`inquiry_closed`), it may
-- still become a dispute.
alter table disputes
  drop constraint disputes_status_check,
  add constraint disputes_status_check check (status in ('inquiry', 'inquiry_closed', 'open', 'won', 'lost')),
  drop constraint disputes_check,
  add constraint disputes_closed_check check ((status in ('inquiry', 'open')) = (closed_at is null));
drop index disputes_open;
create index disputes_undecided on disputes (observed_at) where status in ('inquiry', 'inquiry_closed', 'open');
alter table orders add column has_inquiry boolean not null default false;
