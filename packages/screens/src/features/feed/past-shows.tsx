import type { Stream } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useList } from '../../app/lists';
import { MoreButton } from '../../app/more-button';
import { queryKeys } from '../../app/query-keys';
import { formatElapsed } from '../../i18n/format';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { Icon } from '../../ui/icon';
import { Link } from '../../ui/link';
import { Picture } from '../../ui/picture';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';

/** Shows that can be watched again, of one shop or of all, the newest first; nothing at all when there are none. */
export function PastShows({ shop }: { shop?: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const shows = useList({
    queryKey: shop ? queryKeys.pastShowsOf(shop) : queryKeys.pastShows,
    fetchPage: (cursor) => api.call('replays', { query: { limit: 6, cursor, shop } }),
    refetchIntervalMs: 60_000,
  });
  if (shows.kind !== 'ready') return null;
  return (
    <View style={styles.section} testID="past-shows">
      <Text variant="heading" level={2}>
        {t('replay.past')}
      </Text>
      {shows.items.map((stream) => (
        <PastShow key={stream.id} stream={stream} />
      ))}
      <MoreButton list={shows} />
    </View>
  );
}

function PastShow({ stream }: { stream: Stream }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { seller, title, thumbnailUrl, startedAt, replay } = stream;
  const length = formatElapsed(replay?.durationMs ?? 0);
  return (
    <Link
      to={paths.replay(stream.id)}
      testID={`replay-card-${stream.id}`}
      label={t('replay.watch', { title, seller: seller.displayName, length })}
      style={styles.row}
    >
      <Picture
        seed={seller.id}
        name={seller.displayName}
        url={thumbnailUrl}
        keepsTop
        style={styles.picture}
      />
      <View style={styles.words}>
        <Text variant="label" numberOfLines={2}>
          {title}
        </Text>
        <Text variant="caption" tone="muted" numberOfLines={1}>
          {seller.displayName}
        </Text>
        <Text variant="caption" tone="faint" numberOfLines={1} tabular>
          {startedAt ? `${format.ago(startedAt)} · ${length}` : length}
        </Text>
      </View>
      <Icon name="Play" tint={color.marigold} />
    </Link>
  );
}

const styles = StyleSheet.create({
  section: { marginTop: space.xl, paddingHorizontal: space.l, gap: space.m },
  row: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    minHeight: 64,
    padding: space.s,
    paddingRight: space.l,
    borderRadius: radius.l,
    backgroundColor: color.surface,
  },
  picture: { width: 64, height: 84, borderRadius: radius.m },
  words: { flex: 1, minWidth: 0, gap: 2 },
});
