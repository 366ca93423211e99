import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Sheet } from '../ui/sheet';
import { Text } from '../ui/text';
import { useClient } from './client';
import { lazyScreen } from './lazy-screen';

const SignInForm = lazyScreen(async () => (await import('../features/account/sign-in-form')).SignInForm);

interface Gate {
  /**
   * Runs `action` at once for a person who is signed in. A guest is asked to sign in first, told why, and then
   * `action` goes on as if nothing had happened.
   */
  run(reason: string, action: () => void): void;
}

const GateContext = createContext<Gate | null>(null);

export function SignInGate({ children }: { children: ReactNode }) {
  const { session } = useClient();
  const { t } = useTranslation();
  const [reason, setReason] = useState<string | null>(null);
  const waiting = useRef<(() => void) | null>(null);

  const gate = useMemo<Gate>(
    () => ({
      run(why, action) {
        if (session.getSnapshot().status === 'signed_in') {
          action();
          return;
        }
        waiting.current = action;
        setReason(why);
      },
    }),
    [session],
  );
  const close = () => {
    waiting.current = null;
    setReason(null);
  };

  return (
    <GateContext.Provider value={gate}>
      {children}
      <Sheet open={reason !== null} title={t('account.signIn')} onClose={close} testID="sign-in-sheet">
        <Text tone="muted">{reason ?? ''}</Text>
        <SignInForm
          onSignedIn={() => {
            const action = waiting.current;
            close();
            action?.();
          }}
        />
      </Sheet>
    </GateContext.Provider>
  );
}

export function useSignInGate(): Gate {
  const gate = useContext(GateContext);
  if (!gate) throw new Error('useSignInGate needs <SignInGate>');
  return gate;
}
