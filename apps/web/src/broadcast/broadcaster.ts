import type { Broadcaster } from '@vybekart/screens';
import { BroadcastSession } from './broadcast-session';
import { Preview } from './preview';

/** Goes live from this browser. */
export const broadcaster: Broadcaster = {
  open: (options) => new BroadcastSession(options),
  Preview,
};
