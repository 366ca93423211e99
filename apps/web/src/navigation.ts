import type { Navigation } from '@vybekart/screens';
import { navigate, usePathname } from 'wouter/use-browser-location';

/** How many of our own screens lie behind the one on screen; counted in the history entry, so it survives reloads. */
const depth = (): number => (typeof history.state?.depth === 'number' ? history.state.depth : 0);

export const navigation: Navigation = {
  usePath: () => usePathname(),
  push: (path) => navigate(path, { state: { depth: depth() + 1 } }),
  replace: (path) => navigate(path, { replace: true, state: { depth: depth() } }),
  back(fallback) {
    if (depth() > 0) history.back();
    else navigate(fallback, { replace: true, state: { depth: 0 } });
  },
};
