alter table devices add language text not null default 'en' check (language in ('en', 'hi'));
