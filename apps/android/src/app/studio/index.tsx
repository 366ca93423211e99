export { StudioScreen as default } from '@vybekart/screens';
