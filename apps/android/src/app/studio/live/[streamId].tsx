import { StudioLiveScreen } from '@vybekart/screens';
import { addressedOnTop } from '../../../addressed';

export default addressedOnTop(StudioLiveScreen, 'streamId');
