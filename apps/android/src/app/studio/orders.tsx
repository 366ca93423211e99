export { SellerOrdersScreen as default } from '@vybekart/screens';
