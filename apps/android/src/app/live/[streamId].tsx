import { LiveScreen } from '@vybekart/screens';
import { addressedOnTop } from '../../addressed';

export default addressedOnTop(LiveScreen, 'streamId');
