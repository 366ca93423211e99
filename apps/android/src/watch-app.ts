import { onlineManager } from '@tanstack/react-query';
import type { AppEvent } from '@vybekart/screens';
import { addNetworkStateListener, getNetworkStateAsync, type NetworkState } from 'expo-network';
import { AppState } from 'react-native';

const isOnline = (state: NetworkState) => state.isConnected !== false;

/** The screens' "you are offline" follows the device's network, not the first request that fails. */
onlineManager.setEventListener((setOnline) => {
  void getNetworkStateAsync().then(
    (state) => setOnline(isOnline(state)),
    () => undefined,
  );
  const subscription = addNetworkStateListener((state) => setOnline(isOnline(state)));
  return () => subscription.remove();
});

/** A returning network is as good a reason to reconnect at once as a returning person. */
export function watchApp(listener: (event: AppEvent) => void): () => void {
  const subscriptions = [
    AppState.addEventListener('change', (state) => {
      if (state === 'background') listener('background');
      if (state === 'active') listener('foreground');
    }),
    addNetworkStateListener((state) => {
      if (isOnline(state) && AppState.currentState === 'active') listener('foreground');
    }),
  ];
  return () => {
    for (const subscription of subscriptions) subscription.remove();
  };
}
