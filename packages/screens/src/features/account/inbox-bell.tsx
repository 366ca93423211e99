import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { Icon } from '../../ui/icon';
import { Link } from '../../ui/link';
import { Text } from '../../ui/text';
import { color, tapTarget } from '../../ui/tokens';
import { useUnreadCount } from './use-inbox';

export function InboxBell({ to }: { to: string }) {
  const { t } = useTranslation();
  const unread = useUnreadCount();
  const shown = unread > 9 ? '9+' : String(unread);
  return (
    <Link
      to={to}
      testID="inbox-bell"
      label={unread > 0 ? t('feed.inboxUnread', { count: unread }) : t('feed.inbox')}
      style={styles.bell}
    >
      <Icon name="Bell" size={21} />
      {unread > 0 ? (
        <View style={styles.badge}>
          <Text variant="micro" tabular style={styles.count}>
            {shown}
          </Text>
        </View>
      ) : null}
    </Link>
  );
}

const styles = StyleSheet.create({
  bell: { width: tapTarget, height: tapTarget, alignItems: 'center', justifyContent: 'center' },
  badge: {
    position: 'absolute',
    top: 3,
    right: 1,
    minWidth: 19,
    height: 19,
    borderRadius: 10,
    alignItems: 'center',
    justifyContent: 'center',
    paddingHorizontal: 4,
    backgroundColor: color.live,
  },
  count: { color: color.onLive, lineHeight: 16 },
});
