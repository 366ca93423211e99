export { NewShowScreen as default } from '@vybekart/screens';
