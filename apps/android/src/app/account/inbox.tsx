export { InboxScreen as default } from '@vybekart/screens';
