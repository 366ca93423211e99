import { useTranslation } from 'react-i18next';
import { StyleSheet, useWindowDimensions, View } from 'react-native';
import { paths } from '../../paths';
import { Logo } from '../../ui/logo';
import { Text } from '../../ui/text';
import { breakpoint, space } from '../../ui/tokens';
import { InboxBell } from '../account/inbox-bell';
import { LanguageSwitch } from '../account/language-switch';

export function FeedHeader({ count }: { count: number }) {
  const { t } = useTranslation();
  const rail = useWindowDimensions().width >= breakpoint.rail;
  return (
    <View style={styles.header}>
      <View style={styles.bar}>
        {rail ? <Title count={count} /> : <Logo />}
        <View style={styles.tools}>
          <LanguageSwitch />
          <InboxBell to={paths.inbox} />
        </View>
      </View>
      {rail ? null : <Title count={count} />}
      {count === 0 ? (
        <Text variant="caption" tone="muted">
          {t('common.tagline')}
        </Text>
      ) : null}
    </View>
  );
}

function Title({ count }: { count: number }) {
  const { t } = useTranslation();
  return (
    <View>
      <Text variant="display" level={1}>
        {t('feed.title')}
      </Text>
      {count > 0 ? (
        <Text variant="caption" tone="muted">
          {t('feed.subtitle', { count })}
        </Text>
      ) : null}
    </View>
  );
}

const styles = StyleSheet.create({
  header: { paddingHorizontal: space.l, paddingTop: space.m, paddingBottom: space.l, gap: space.s },
  bar: { flexDirection: 'row', alignItems: 'center', justifyContent: 'space-between', gap: space.s },
  tools: { flexDirection: 'row', alignItems: 'center', gap: space.xs },
});
