export { MissingScreen as default } from '@vybekart/screens';
