import { type DefaultOptions, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ApiError } from '@vybekart/client';
import type { i18n as I18n } from 'i18next';
import { type ReactNode, useEffect, useState } from 'react';
import { I18nextProvider } from 'react-i18next';
import { createI18n } from '../i18n/i18n';
import { PlatformProvider } from '../platform/context';
import type { Platform } from '../platform/platform';
import { ToastProvider } from '../ui/toast';
import { ClientProvider } from './client';
import { CrashScreen } from './crash-screen';
import { LiveUpdates } from './live-updates';
import { SignInGate } from './sign-in-gate';

/** Everything around the screens. A shell gives its `platform` and renders its routes as `children`. */
export function VybeKartApp({ platform, children }: { platform: Platform; children: ReactNode }) {
  const i18n = useWords(platform);
  const [queries] = useState(() => new QueryClient({ defaultOptions }));
  if (!i18n) return null;
  return (
    <PlatformProvider platform={platform}>
      <I18nextProvider i18n={i18n}>
        <QueryClientProvider client={queries}>
          <ClientProvider>
            <ToastProvider>
              <LiveUpdates>
                <SignInGate>
                  <CrashScreen>{children}</CrashScreen>
                </SignInGate>
              </LiveUpdates>
            </ToastProvider>
          </ClientProvider>
        </QueryClientProvider>
      </I18nextProvider>
    </PlatformProvider>
  );
}

/** The words of the reader's language; at once for English, after one file for the others. */
function useWords(platform: Platform): I18n | null {
  const [i18n, setI18n] = useState<I18n | null>(null);
  useEffect(() => {
    let isMounted = true;
    void createI18n(platform.storage, platform.languages).then((ready) => {
      if (isMounted) setI18n(ready);
    });
    return () => {
      isMounted = false;
    };
  }, [platform]);
  return i18n;
}

const defaultOptions: DefaultOptions = {
  queries: {
    staleTime: 3000,
    // The REST client has its own retries; here only what a network that comes back can heal.
    retry: (failures, error) => failures < 2 && ApiError.from(error).status === null,
    networkMode: 'offlineFirst',
  },
  // A tap without a network fails at once and says so, instead of happening some time later.
  mutations: { networkMode: 'always' },
};
