import type { Stream } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { Avatar } from '../../ui/avatar';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Link } from '../../ui/link';
import { LiveBadge } from '../../ui/live-badge';
import { Picture } from '../../ui/picture';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { usePrepareShow } from './use-prepare-show';

interface Props {
  stream: Stream;
  width: number;
  /** The most watched one takes the whole width of a phone. */
  featured: boolean;
}

/** A door into a show: its cover, who is selling, how many are there. */
export function StreamCard({ stream, width, featured }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { seller } = stream;
  const prepare = usePrepareShow(stream);
  const interrupted = stream.status === 'interrupted';
  return (
    <Link
      to={paths.live(stream.id)}
      onIntent={prepare}
      testID={`stream-card-${stream.id}`}
      label={t('feed.join', {
        title: stream.title,
        seller: seller.displayName,
        viewers: format.watching(stream.viewerCount),
      })}
      style={[styles.card, effects.lift, { width, height: width * (featured ? 1.22 : 1.5) }]}
    >
      <Picture
        seed={seller.id}
        name={seller.displayName}
        url={stream.thumbnailUrl}
        letterSize={featured ? 120 : 72}
        keepsTop={featured}
        style={StyleSheet.absoluteFill}
      />
      <View style={[StyleSheet.absoluteFill, effects.cardScrim]} />
      <View style={styles.top}>
        <LiveBadge />
        <View style={styles.viewers}>
          <Icon name="Eye" size={14} />
          <Text variant="micro" tabular>
            {format.count(stream.viewerCount)}
          </Text>
        </View>
      </View>
      <View style={styles.bottom}>
        {interrupted ? (
          <Text variant="micro" tone="marigold">
            {t('feed.back')}
          </Text>
        ) : null}
        <Text variant={featured ? 'title' : 'heading'} numberOfLines={2} style={effects.textShadow}>
          {stream.title}
        </Text>
        <View style={styles.seller}>
          <Avatar
            seed={seller.id}
            name={seller.displayName}
            url={seller.avatarUrl}
            size={featured ? 30 : 24}
            live
          />
          <Text variant="label" numberOfLines={1} style={styles.name}>
            {seller.displayName}
          </Text>
        </View>
      </View>
    </Link>
  );
}

const styles = StyleSheet.create({
  card: {
    borderRadius: radius.xl,
    overflow: 'hidden',
    backgroundColor: color.raised,
    justifyContent: 'space-between',
  },
  top: { flexDirection: 'row', justifyContent: 'space-between', alignItems: 'center', padding: space.m },
  viewers: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.xs,
    minHeight: 24,
    paddingHorizontal: space.s,
    borderRadius: radius.s,
    backgroundColor: color.glass,
  },
  bottom: { padding: space.m, gap: space.s },
  seller: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  name: { flexShrink: 1 },
});
