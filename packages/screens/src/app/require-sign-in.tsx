import type { Me } from '@vybekart/contract';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { SignInCard } from '../features/account/sign-in-card';
import type { IconName } from '../platform/icons';
import { SkeletonRows } from '../ui/skeleton';
import { StateView } from '../ui/state-view';
import { space } from '../ui/tokens';
import { useSession } from './client';

interface Props {
  icon: IconName;
  title: string;
  body: string;
  children(user: Me): ReactNode;
}

/** What stands behind needs a person; a guest may become one on the spot. */
export function RequireSignIn({ icon, title, body, children }: Props) {
  const { t } = useTranslation();
  const session = useSession();
  switch (session.status) {
    case 'loading':
      return <SkeletonRows />;
    case 'guest':
      return (
        <View style={styles.guest}>
          <StateView icon={icon} tone="warm" title={title} body={body} />
          <SignInCard label={t('account.signIn')} />
        </View>
      );
    case 'signed_in':
      return children(session.user);
  }
}

const styles = StyleSheet.create({ guest: { gap: space.s } });
