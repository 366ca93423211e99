import type { Stream } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrollView, StyleSheet, useWindowDimensions, View } from 'react-native';
import { IconButton } from '../../ui/button';
import { CountBadge } from '../../ui/count-badge';
import { effects } from '../../ui/effects';
import { space } from '../../ui/tokens';
import type { Buyable } from '../checkout/buyable';
import { Chat } from '../room/chat';
import { Composer } from '../room/composer';
import { LikeButton } from '../room/like-button';
import { PinCard } from '../room/pin-card';
import { ReviewButton } from '../room/review-button';
import { useLineup } from './use-lineup';
import { useShare } from './use-share';

interface Props {
  stream: Stream;
  items: readonly Buyable[];
  isMuted: boolean;
  /** On a desk the chat and its box stand beside the picture. */
  isDesk: boolean;
  onBuy(item: Buyable): void;
  onMute(): void;
  onBag(): void;
  onVideo(): void;
  onLike(): void;
}

/** The thumb's half of the screen: chat, the product of the moment, and the row of actions. */
export function PhoneOverlay({ stream, items, isMuted, isDesk, ...on }: Props) {
  const { t } = useTranslation();
  const { height } = useWindowDimensions();
  const [width, setWidth] = useState(0);
  const share = useShare(stream);
  const products = useLineup(stream.id).data?.items.length ?? 0;
  return (
    <View
      style={styles.bottom}
      pointerEvents="box-none"
      onLayout={(event) => setWidth(event.nativeEvent.layout.width)}
    >
      <View style={styles.middle} pointerEvents="box-none">
        {isDesk ? (
          <View style={styles.chat} />
        ) : (
          <Chat
            look="video"
            sellerName={stream.seller.displayName}
            style={[styles.chat, { height: chatHeight(height) }]}
          />
        )}
        <View style={styles.rail} pointerEvents="box-none">
          <ReviewButton streamId={stream.id} />
          <IconButton
            icon={isMuted ? 'VolumeX' : 'Volume2'}
            look="glass"
            testID="mute"
            label={t(isMuted ? 'room.unmute' : 'room.mute')}
            onPress={on.onMute}
          />
          <IconButton
            icon="SlidersHorizontal"
            look="glass"
            testID="video-settings"
            label={t('room.videoSheet.open')}
            onPress={on.onVideo}
          />
          <IconButton icon="Share2" look="glass" label={t('room.share')} onPress={() => void share()} />
          {isDesk ? <LikeButton onTap={on.onLike} /> : null}
        </View>
      </View>
      {items.length > 0 && width > 0 ? (
        <ScrollView
          horizontal
          pagingEnabled={items.length > 1}
          showsHorizontalScrollIndicator={false}
          style={[styles.pins, effects.scrollbarHidden]}
          contentContainerStyle={styles.pinRow}
        >
          {items.map((item) => (
            <View key={item.productId} style={{ width: items.length > 1 ? width - 56 : width - 2 * space.m }}>
              <PinCard item={item} onBuy={on.onBuy} />
            </View>
          ))}
        </ScrollView>
      ) : null}
      {isDesk ? null : (
        <View style={styles.actions}>
          <Composer look="video" />
          <IconButton
            icon="ShoppingBag"
            look="glass"
            testID="product-bag"
            label={`${t('room.bag')}, ${t('room.bagCount', { count: products })}`}
            size={50}
            onPress={on.onBag}
          >
            <CountBadge count={products} />
          </IconButton>
          <LikeButton onTap={on.onLike} />
        </View>
      )}
    </View>
  );
}

/** A third of a tall screen; on a short or lying one what the other rows leave. */
function chatHeight(screenHeight: number): number {
  return Math.max(48, Math.min(screenHeight * 0.32, screenHeight - 420));
}

const styles = StyleSheet.create({
  bottom: { gap: space.s, paddingBottom: space.m },
  middle: { flexDirection: 'row', alignItems: 'flex-end', paddingHorizontal: space.m, gap: space.s },
  chat: { flex: 1, minWidth: 0 },
  rail: { alignItems: 'center', gap: space.m, paddingBottom: space.s, width: 52 },
  pins: { flexGrow: 0 },
  pinRow: { paddingHorizontal: space.m, gap: space.s, flexGrow: 1 },
  actions: {
    flexDirection: 'row',
    alignItems: 'flex-end',
    gap: space.s,
    paddingHorizontal: space.m,
    paddingTop: space.xxs,
  },
});
