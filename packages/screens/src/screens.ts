import { lazyScreen } from './app/lazy-screen';

export { MissingScreen } from './app/missing-screen';
export { FeedScreen } from './features/feed/feed-screen';

export const LiveScreen = lazyScreen(async () => (await import('./features/watch/live-screen')).LiveScreen);
export const InvitationScreen = lazyScreen(
  async () => (await import('./features/watch/invitation-screen')).InvitationScreen,
);
export const ReplayScreen = lazyScreen(
  async () => (await import('./features/replay/replay-screen')).ReplayScreen,
);
export const ShopScreen = lazyScreen(async () => (await import('./features/account/shop-screen')).ShopScreen);
export const AccountScreen = lazyScreen(
  async () => (await import('./features/account/account-screen')).AccountScreen,
);
export const SignInScreen = lazyScreen(
  async () => (await import('./features/account/sign-in-screen')).SignInScreen,
);
export const InboxScreen = lazyScreen(
  async () => (await import('./features/account/inbox-screen')).InboxScreen,
);
export const OrdersScreen = lazyScreen(
  async () => (await import('./features/orders/orders-screen')).OrdersScreen,
);
export const OrderScreen = lazyScreen(
  async () => (await import('./features/orders/order-screen')).OrderScreen,
);
export const StudioScreen = lazyScreen(
  async () => (await import('./features/studio/studio-screen')).StudioScreen,
);
export const NewShowScreen = lazyScreen(
  async () => (await import('./features/studio/new-show-screen')).NewShowScreen,
);
export const StudioLiveScreen = lazyScreen(
  async () => (await import('./features/studio/studio-live-screen')).StudioLiveScreen,
);
export const ProductsScreen = lazyScreen(
  async () => (await import('./features/inventory/products-screen')).ProductsScreen,
);
export const SellerOrdersScreen = lazyScreen(
  async () => (await import('./features/inventory/seller-orders-screen')).SellerOrdersScreen,
);
