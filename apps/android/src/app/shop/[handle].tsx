import { ShopScreen } from '@vybekart/screens';
import { addressed } from '../../addressed';

export default addressed(ShopScreen, 'handle');
