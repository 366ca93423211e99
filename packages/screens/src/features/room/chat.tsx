import type { RoomMessage } from '@vybekart/client';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Pressable, ScrollView, type StyleProp, StyleSheet, View, type ViewStyle } from 'react-native';
import { useSession } from '../../app/client';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { ChatLine } from './chat-line';
import { MessageMenu } from './message-menu';
import { PinnedMessage } from './pinned-message';
import { useRoom, useRoomValue } from './room-context';

interface Props {
  look: 'video' | 'panel';
  sellerName: string;
  style?: StyleProp<ViewStyle>;
}

const mostShown = 80;
/** Nearer to the end than this the list follows the conversation. */
const followWithinPx = 48;

/** The conversation. It follows the newest message until the reader scrolls back. */
export function Chat({ look, sellerName, style }: Props) {
  const { t } = useTranslation();
  const room = useRoom();
  const messages = useRoomValue((view) => view.messages);
  const list = useRef<ScrollView>(null);
  const following = useRef(true);
  const [isBehind, setIsBehind] = useState(false);
  const isGuest = useSession().status === 'guest';
  const [chosen, setChosen] = useState<RoomMessage | null>(null);
  const close = useCallback(() => setChosen(null), []);

  const toNewest = (animated: boolean) => list.current?.scrollToEnd({ animated });
  return (
    <View style={[styles.frame, style]}>
      <PinnedMessage look={look} />
      <ScrollView
        ref={list}
        role="log"
        aria-live="polite"
        aria-label={t('room.chatLog')}
        testID="chat-log"
        tabIndex={0}
        style={[styles.list, look === 'video' && effects.fadeTop, effects.scrollbarHidden]}
        contentContainerStyle={[styles.lines, look === 'video' ? styles.linesOnVideo : null]}
        scrollEventThrottle={64}
        onScroll={({ nativeEvent: { contentOffset, contentSize, layoutMeasurement } }) => {
          const left = contentSize.height - layoutMeasurement.height - contentOffset.y;
          following.current = left < followWithinPx;
          if (following.current) setIsBehind(false);
        }}
        onContentSizeChange={() => {
          if (following.current) toNewest(false);
          else setIsBehind(true);
        }}
        onLayout={() => toNewest(false)}
      >
        {messages.length === 0 ? (
          <Text variant="label" tone="muted" style={[styles.empty, effects.textShadow]}>
            {t('room.chatEmpty', { seller: sellerName })}
          </Text>
        ) : null}
        {messages.slice(-mostShown).map((message) => (
          <ChatLine
            key={message.clientMsgId}
            message={message}
            look={look}
            onRetry={(id) => void room.retryMessage(id)}
            onDiscard={(id) => room.discardMessage(id)}
            onChoose={isGuest ? undefined : setChosen}
          />
        ))}
      </ScrollView>
      {isBehind ? (
        <Pressable role="button" onPress={() => toNewest(true)} style={[styles.newest, effects.riseIn]}>
          <Icon name="MessageCircle" size={15} tint={color.onMarigold} />
          <Text variant="micro" tone="onMarigold">
            {t('room.jumpToNewest')}
          </Text>
        </Pressable>
      ) : null}
      <MessageMenu message={chosen} onClose={close} />
    </View>
  );
}

const styles = StyleSheet.create({
  frame: { minHeight: 0 },
  list: { flex: 1 },
  lines: { flexGrow: 1, justifyContent: 'flex-end', gap: space.xs, paddingTop: 56 },
  linesOnVideo: { alignItems: 'flex-start' },
  empty: { paddingVertical: space.s },
  newest: {
    position: 'absolute',
    bottom: space.s,
    left: 0,
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.xs,
    minHeight: 34,
    paddingHorizontal: space.m,
    borderRadius: radius.pill,
    backgroundColor: color.marigold,
  },
});
