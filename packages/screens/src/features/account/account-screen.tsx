import type { Me } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useClient } from '../../app/client';
import { RequireSignIn } from '../../app/require-sign-in';
import { Shell } from '../../app/shell';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { Avatar } from '../../ui/avatar';
import { Button } from '../../ui/button';
import { MenuRow } from '../../ui/menu-row';
import { Screen } from '../../ui/screen';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';
import { DeleteAccount } from './delete-account';
import { LanguageSwitch } from './language-switch';
import { Sessions } from './sessions';
import { useUnreadCount } from './use-inbox';

export function AccountScreen() {
  const { t } = useTranslation();
  return (
    <Shell>
      <Screen title={t('account.title')} actions={<LanguageSwitch />} testID="account-screen">
        <RequireSignIn icon="User" title={t('account.guest.title')} body={t('account.guest.body')}>
          {(user) => <AccountInner user={user} />}
        </RequireSignIn>
      </Screen>
    </Shell>
  );
}

function AccountInner({ user }: { user: Me }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { session } = useClient();
  const unread = useUnreadCount();
  return (
    <View style={styles.column}>
      <View style={styles.person}>
        <Avatar seed={user.id} name={user.displayName} url={user.shop?.avatarUrl} size={64} />
        <View style={styles.words}>
          <Text variant="title" level={2} numberOfLines={1}>
            {user.displayName}
          </Text>
          <Text variant="caption" tone="muted" numberOfLines={1}>
            {user.email}
          </Text>
          <Text variant="caption" tone="faint">
            {t('account.memberSince', { when: format.date(user.createdAt) })}
          </Text>
        </View>
      </View>
      <View style={styles.menu}>
        <MenuRow to={paths.orders} icon="Package" label={t('account.myOrders')} />
        <MenuRow
          to={paths.inbox}
          icon="Bell"
          label={t('account.inbox')}
          detail={unread > 0 ? String(unread) : undefined}
        />
        {user.shop ? (
          <>
            <MenuRow
              to={paths.shop(user.shop.handle)}
              icon="Store"
              label={t('account.myShop')}
              detail={user.shop.name}
            />
            <MenuRow to={paths.studio} icon="Video" label={t('account.studio')} />
          </>
        ) : (
          <MenuRow to={paths.studio} icon="Store" label={t('account.openShop')} />
        )}
      </View>
      <Sessions />
      <Button
        kind="secondary"
        icon="LogOut"
        testID="sign-out"
        label={t('account.signOut')}
        onPress={() => void session.logout()}
      />
      <DeleteAccount />
    </View>
  );
}

const styles = StyleSheet.create({
  column: { gap: space.xl },
  person: { flexDirection: 'row', alignItems: 'center', gap: space.l },
  words: { flex: 1, minWidth: 0 },
  menu: { gap: space.s },
});
