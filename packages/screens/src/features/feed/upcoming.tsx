import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { Avatar } from '../../ui/avatar';
import { Icon } from '../../ui/icon';
import { Link } from '../../ui/link';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';

/** Shows that have a date; nothing at all when there are none. */
export function Upcoming() {
  const { t } = useTranslation();
  const api = useApi();
  const format = useFormat();
  const { data } = useQuery({
    queryKey: queryKeys.upcoming,
    queryFn: () => api.call('upcomingStreams', { query: { limit: 10 } }),
    refetchInterval: 60_000,
  });
  if (!data || data.items.length === 0) return null;
  return (
    <View style={styles.section}>
      <Text variant="heading" level={2}>
        {t('feed.upcoming')}
      </Text>
      {data.items.map((stream) => (
        <Link
          key={stream.id}
          to={paths.shop(stream.seller.handle)}
          label={`${stream.title}, ${stream.seller.displayName}`}
          style={styles.row}
        >
          <Avatar
            seed={stream.seller.id}
            name={stream.seller.displayName}
            url={stream.seller.avatarUrl}
            size={44}
          />
          <View style={styles.words}>
            <Text variant="label" numberOfLines={1}>
              {stream.title}
            </Text>
            <Text variant="caption" tone="muted" numberOfLines={1}>
              {stream.scheduledFor
                ? t('feed.startsAt', { when: format.dateTime(stream.scheduledFor) })
                : stream.seller.displayName}
            </Text>
          </View>
          <Icon name="ChevronRight" tint={color.faint} />
        </Link>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  section: { marginTop: space.xl, paddingHorizontal: space.l, gap: space.m },
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    minHeight: 64,
    padding: space.m,
    borderRadius: radius.l,
    backgroundColor: color.surface,
  },
  words: { flex: 1 },
});
