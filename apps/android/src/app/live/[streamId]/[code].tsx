import { InvitationScreen } from '@vybekart/screens';
import { addressed } from '../../../addressed';

export default addressed(InvitationScreen, 'streamId', 'code');
