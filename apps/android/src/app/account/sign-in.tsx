export { SignInScreen as default } from '@vybekart/screens';
