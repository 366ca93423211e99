export { ProductsScreen as default } from '@vybekart/screens';
