import { ReplayScreen } from '@vybekart/screens';
import { addressedOnTop } from '../../addressed';

export default addressedOnTop(ReplayScreen, 'streamId');
