import { type Navigation, paths } from '@vybekart/screens';
import { router, usePathname } from 'expo-router';

const tabs: readonly string[] = [paths.feed, paths.orders, paths.studio, paths.account];

export const navigation: Navigation = {
  usePath: usePathname,
  /** A tab lies directly on the feed, however many screens were open: "back" from a tab leads to the feed. */
  push(path) {
    if (tabs.includes(path)) router.dismissTo(paths.feed);
    if (path !== paths.feed) router.push(path);
  },
  replace: (path) => router.replace(path),
  back(fallback) {
    if (router.canGoBack()) router.back();
    else router.replace(fallback);
  },
  holdBack: () => () => {},
};
