export { AccountScreen as default } from '@vybekart/screens';
