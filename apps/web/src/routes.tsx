import {
  AccountScreen,
  FeedScreen,
  InboxScreen,
  InvitationScreen,
  LiveScreen,
  MissingScreen,
  NewShowScreen,
  OrderScreen,
  OrdersScreen,
  ProductsScreen,
  paths,
  ReplayScreen,
  SellerOrdersScreen,
  ShopScreen,
  SignInScreen,
  StudioLiveScreen,
  StudioScreen,
} from '@vybekart/screens';
import { Route, Switch } from 'wouter';

/** One line a screen. */
export function Routes() {
  return (
    <Switch>
      <Route path={paths.feed} component={FeedScreen} />
      <Route path={paths.live(':id')}>{({ id }) => <LiveScreen streamId={id} key={id} />}</Route>
      <Route path={paths.invitation(':id', ':code')}>
        {({ id, code }) => <InvitationScreen streamId={id} code={code} key={code} />}
      </Route>
      <Route path={paths.replay(':id')}>{({ id }) => <ReplayScreen streamId={id} key={id} />}</Route>
      <Route path={paths.shop(':handle')}>
        {({ handle }) => <ShopScreen handle={handle} key={handle} />}
      </Route>
      <Route path={paths.orders} component={OrdersScreen} />
      <Route path={paths.order(':id')}>{({ id }) => <OrderScreen orderId={id} key={id} />}</Route>
      <Route path={paths.inbox} component={InboxScreen} />
      <Route path={paths.signIn} component={SignInScreen} />
      <Route path={paths.account} component={AccountScreen} />
      <Route path={paths.studio} component={StudioScreen} />
      <Route path={paths.newShow} component={NewShowScreen} />
      <Route path={paths.studioLive(':id')}>{({ id }) => <StudioLiveScreen streamId={id} key={id} />}</Route>
      <Route path={paths.products} component={ProductsScreen} />
      <Route path={paths.sellerOrders} component={SellerOrdersScreen} />
      <Route component={MissingScreen} />
    </Switch>
  );
}
