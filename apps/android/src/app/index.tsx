export { FeedScreen as default } from '@vybekart/screens';
