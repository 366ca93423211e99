import type { Stream } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Avatar } from '../../ui/avatar';
import { IconButton } from '../../ui/button';
import { effects } from '../../ui/effects';
import { Link } from '../../ui/link';
import { Badge } from '../../ui/live-badge';
import { Text } from '../../ui/text';
import { color, radius, space, tapTarget } from '../../ui/tokens';

/** Whose show it was and when, and the way out. */
export function ReplayTopBar({ stream, startedAt }: { stream: Stream; startedAt: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { navigation } = usePlatform();
  const { seller } = stream;
  return (
    <View pointerEvents="box-none">
      <View style={styles.bar}>
        <Link
          to={paths.shop(seller.handle)}
          label={t('room.shop', { seller: seller.displayName })}
          style={styles.seller}
        >
          <Avatar seed={seller.id} name={seller.displayName} url={seller.avatarUrl} size={38} />
          <View style={styles.names}>
            <Text variant="label" numberOfLines={1}>
              {seller.displayName}
            </Text>
            <Text variant="micro" tone="muted" numberOfLines={1}>
              {format.dateTime(startedAt)}
            </Text>
          </View>
        </Link>
        <View style={styles.end}>
          <Badge tone="warm" label={t('replay.badge')} />
          <IconButton
            icon="X"
            look="glass"
            testID="leave-replay"
            label={t('replay.leave')}
            onPress={() => navigation.back(paths.feed)}
          />
        </View>
      </View>
      <Text variant="caption" level={1} numberOfLines={1} style={[styles.title, effects.textShadow]}>
        {stream.title}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  bar: { flexDirection: 'row', alignItems: 'center', gap: space.s, padding: space.m, paddingBottom: space.s },
  seller: {
    flexShrink: 1,
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    padding: 5,
    paddingRight: space.m,
    minHeight: tapTarget,
    borderRadius: radius.pill,
    backgroundColor: color.glass,
  },
  names: { flexShrink: 1, maxWidth: 170 },
  end: { flexDirection: 'row', alignItems: 'center', gap: space.s, marginLeft: 'auto' },
  title: { paddingHorizontal: space.l, marginBottom: space.s },
});
