import { OrderScreen } from '@vybekart/screens';
import { addressed } from '../../../addressed';

export default addressed(OrderScreen, 'orderId');
