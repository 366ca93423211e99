import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../app/client';
import { Shell } from '../../app/shell';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Screen } from '../../ui/screen';
import { Text } from '../../ui/text';
import { SignInCard } from './sign-in-card';

export function SignInScreen() {
  const { t } = useTranslation();
  const { navigation } = usePlatform();
  const isSignedIn = useSession().status === 'signed_in';
  useEffect(() => {
    if (isSignedIn) navigation.back(paths.account);
  }, [isSignedIn, navigation]);
  return (
    <Shell>
      <Screen title={t('account.guest.title')} backTo={paths.feed} testID="sign-in-screen">
        <Text tone="muted">{t('account.guest.body')}</Text>
        <SignInCard label={t('account.signIn')} />
      </Screen>
    </Shell>
  );
}
