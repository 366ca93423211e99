import type { Stream } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { Pressable, StyleSheet, View } from 'react-native';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Avatar } from '../../ui/avatar';
import { IconButton } from '../../ui/button';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Link } from '../../ui/link';
import { LiveBadge } from '../../ui/live-badge';
import { Text } from '../../ui/text';
import { color, radius, space, tapTarget } from '../../ui/tokens';
import { FollowButton } from '../account/follow-button';
import { useRoomValue } from '../room/room-context';

interface Props {
  stream: Stream;
  isMuted: boolean;
  isSlow: boolean;
  isSoundOnly: boolean;
  onUnmute(): void;
}

/** Who is selling, how many watch, the way out; and one hint at a time when something is wrong. */
export function TopBar({ stream, isMuted, isSlow, isSoundOnly, onUnmute }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { navigation } = usePlatform();
  const { seller } = stream;
  const viewers = useRoomValue((view) => view.viewerCount) || stream.viewerCount;
  const isLive = useRoomValue((view) => view.streamStatus) === 'live';
  const hint = useHint(isSlow);
  return (
    <View pointerEvents="box-none">
      <View style={styles.bar}>
        <View style={styles.seller}>
          <Link
            to={paths.shop(seller.handle)}
            label={`${t('room.shop', { seller: seller.displayName })}, ${format.watching(viewers)}`}
            style={styles.sellerLink}
          >
            <Avatar
              seed={seller.id}
              name={seller.displayName}
              url={seller.avatarUrl}
              size={38}
              live={isLive}
            />
            <View style={styles.names}>
              <Text variant="label" numberOfLines={1} style={styles.name}>
                {seller.displayName}
              </Text>
              <View style={styles.count}>
                <Icon name="Eye" size={13} tint={color.muted} />
                <Text variant="micro" tone="muted" tabular testID="viewer-count">
                  {format.count(viewers)}
                </Text>
              </View>
            </View>
          </Link>
          <FollowButton handle={seller.handle} sellerName={seller.displayName} look="glass" />
        </View>
        <View style={styles.end}>
          {isLive ? <LiveBadge /> : null}
          <IconButton
            icon="X"
            look="glass"
            label={t('room.leave')}
            testID="leave-room"
            onPress={() => navigation.back(paths.feed)}
          />
        </View>
      </View>
      <Text variant="caption" level={1} numberOfLines={1} style={[styles.title, effects.textShadow]}>
        {stream.title}
      </Text>
      <View style={styles.hints} pointerEvents="box-none" aria-live="polite">
        {hint ? (
          <View style={[styles.hint, effects.riseIn]}>
            <Icon name="WifiOff" size={15} tint={color.danger} />
            <Text variant="micro">{hint}</Text>
          </View>
        ) : null}
        {isSoundOnly && isLive && !hint ? (
          <View style={styles.hint} testID="sound-only">
            <Icon name="Volume2" size={15} tint={color.marigold} />
            <Text variant="micro">{t('room.soundOnly')}</Text>
          </View>
        ) : null}
        {isMuted && isLive ? (
          <Pressable
            role="button"
            testID="unmute"
            onPress={onUnmute}
            style={({ pressed }) => [
              styles.unmute,
              effects.riseIn,
              effects.noSelect,
              pressed && styles.pressed,
            ]}
          >
            <Icon name="VolumeX" size={18} tint={color.onMarigold} />
            <Text variant="label" tone="onMarigold">
              {t('room.tapForSound')}
            </Text>
          </Pressable>
        ) : null}
      </View>
    </View>
  );
}

function useHint(isSlow: boolean): string | null {
  const { t } = useTranslation();
  const isOffline = useRoomValue((view) => view.status) === 'offline';
  if (isOffline) return t('room.reconnecting');
  return isSlow ? t('room.slowVideo') : null;
}

const styles = StyleSheet.create({
  bar: { flexDirection: 'row', alignItems: 'center', gap: space.s, padding: space.m, paddingBottom: space.s },
  seller: {
    flexShrink: 1,
    flexDirection: 'row',
    alignItems: 'center',
    borderRadius: radius.pill,
    backgroundColor: color.glass,
    paddingRight: space.xs,
    minHeight: 48,
  },
  sellerLink: {
    flexShrink: 1,
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    padding: 5,
    minHeight: tapTarget,
  },
  names: { flexShrink: 1, maxWidth: 150 },
  name: { lineHeight: 19 },
  title: { paddingHorizontal: space.l, marginBottom: space.s },
  end: { flexDirection: 'row', alignItems: 'center', gap: space.s, marginLeft: 'auto' },
  count: { flexDirection: 'row', alignItems: 'center', gap: 4 },
  hints: { alignItems: 'flex-start', gap: space.s, paddingHorizontal: space.m },
  hint: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    minHeight: 32,
    paddingHorizontal: space.m,
    borderRadius: radius.pill,
    backgroundColor: color.glassStrong,
  },
  unmute: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    minHeight: tapTarget,
    paddingHorizontal: space.l,
    borderRadius: radius.pill,
    backgroundColor: color.marigold,
  },
  pressed: { opacity: 0.85, transform: [{ scale: 0.96 }] },
});
