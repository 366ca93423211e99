import type { Navigation } from '@vybekart/screens';
import { navigate, usePathname } from 'wouter/use-browser-location';

/** How many of our own screens lie behind the one on screen; counted in the history entry, so it survives reloads. */
const depth = (): number => (typeof history.state?.depth === 'number' ? history.state.depth : 0);

/** When the screen on view was asked for, by `performance.now()`: 0 for the one that the page opened with. */
let askedMs = 0;
/** A tap longer ago was for something else: a show that had yet to begin. */
const longestWaitMs = 20_000;

/** When the person asked for what is about to be shown. */
export function tapMs(): number {
  const nowMs = performance.now();
  const tappedMs = nowMs - askedMs < longestWaitMs ? askedMs : nowMs;
  // What follows on the same screen was not waited for since the tap.
  askedMs = Number.NEGATIVE_INFINITY;
  return tappedMs;
}

type Ask = Parameters<Navigation['holdBack']>[0];
/** Who is asked before the screen at this depth is left. */
let held: { ask: Ask; depth: number } | null = null;

function unlessHeld(leave: () => void): void {
  if (!held) {
    leave();
    return;
  }
  held.ask(() => {
    held = null;
    leave();
  });
}

// Registered before the router's listener: the browser's own buttons have moved already, so they are moved back.
window.addEventListener('popstate', (event) => {
  if (!held) return;
  event.stopImmediatePropagation();
  const steps = held.depth - depth();
  if (steps === 0) return;
  history.go(steps);
  unlessHeld(() => history.go(-steps));
});

export const navigation: Navigation = {
  usePath: () => usePathname(),
  push(path) {
    askedMs = performance.now();
    unlessHeld(() => navigate(path, { state: { depth: depth() + 1 } }));
  },
  replace: (path) => navigate(path, { replace: true, state: { depth: depth() } }),
  back(fallback) {
    if (depth() > 0) history.back();
    else unlessHeld(() => navigate(fallback, { replace: true, state: { depth: 0 } }));
  },
  holdBack(ask) {
    const mine = { ask, depth: depth() };
    held = mine;
    return () => {
      if (held === mine) held = null;
    };
  },
};
