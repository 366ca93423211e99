export { OrdersScreen as default } from '@vybekart/screens';
