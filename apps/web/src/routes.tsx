import { FeedScreen, LiveScreen, MissingScreen, paths } from '@vybekart/screens';
import { Route, Switch } from 'wouter';

/** One line a screen; the first two are what a visitor opens, the others come when they are asked for. */
export function Routes() {
  return (
    <Switch>
      <Route path={paths.feed} component={FeedScreen} />
      <Route path={paths.live(':id')}>{({ id }) => <LiveScreen streamId={id} key={id} />}</Route>
      <Route component={MissingScreen} />
    </Switch>
  );
}
