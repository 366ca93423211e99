import { type Api, type Client, createClient, newId, type SessionView } from '@vybekart/client';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { usePlatform } from '../platform/context';
import type { Storage } from '../platform/platform';

const deviceKey = 'vybekart.device';
const ClientContext = createContext<Client | null>(null);

/** One sign-in, one REST client and one socket for the whole app. */
export function ClientProvider({ children }: { children: ReactNode }) {
  const platform = usePlatform();
  const [client] = useState(() =>
    createClient({
      baseUrl: platform.baseUrl,
      storage: platform.sessionStorage,
      deviceId: deviceIdIn(platform.storage),
    }),
  );
  useEffect(() => {
    void client.session.restore();
    return platform.watchApp((event) => {
      if (event === 'background') client.live.suspend();
      if (event === 'foreground') client.live.resume();
      if (event === 'session_changed') void client.session.reload();
    });
  }, [client, platform]);
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>;
}

/** Tells the tabs of one device from several guests; made once and kept. */
function deviceIdIn(storage: Storage): string {
  const kept = storage.get(deviceKey);
  if (kept) return kept;
  const made = newId();
  storage.set(deviceKey, made);
  return made;
}

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('Screens must be rendered inside <VybeKartApp>');
  return client;
}

export function useApi(): Api {
  return useClient().api;
}

export function useSession(): SessionView {
  const { session } = useClient();
  return useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot);
}
