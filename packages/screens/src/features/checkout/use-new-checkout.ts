import { systemClock } from '@vybekart/client';
import { useClient } from '../../app/client';
import { CheckoutFlow } from './checkout-flow';

/** Makes purchases that go through this app's client. */
export function useNewCheckout(): () => CheckoutFlow {
  const { api, live } = useClient();
  return () => new CheckoutFlow({ api, live, clock: systemClock, fetch: (url, init) => fetch(url, init) });
}
