import type { ChatMessage, RoomMessage } from '@vybekart/client';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrollView, type StyleProp, StyleSheet, type ViewStyle } from 'react-native';
import { effects } from '../../ui/effects';
import { space } from '../../ui/tokens';
import { ChatLine } from '../room/chat-line';

interface Props {
  messages: readonly ChatMessage[];
  style?: StyleProp<ViewStyle>;
}

const mostShown = 40;
const nothing = () => {};

/** What was being said at this moment of the show. Not announced line by line: it is the past. */
export function ReplayChat({ messages, style }: Props) {
  const { t } = useTranslation();
  const list = useRef<ScrollView>(null);
  const lines = useMemo(() => messages.slice(-mostShown).map(lineOf), [messages]);
  return (
    <ScrollView
      ref={list}
      role="log"
      aria-live="off"
      aria-label={t('room.chatLog')}
      testID="replay-chat"
      tabIndex={0}
      style={[effects.fadeTop, effects.scrollbarHidden, style]}
      contentContainerStyle={styles.lines}
      onContentSizeChange={() => list.current?.scrollToEnd({ animated: false })}
    >
      {lines.map((line) => (
        <ChatLine key={line.clientMsgId} message={line} look="video" onRetry={nothing} onDiscard={nothing} />
      ))}
    </ScrollView>
  );
}

function lineOf({ seq, at, message }: ChatMessage): RoomMessage {
  const { id, clientMsgId, text, user, kind, replyTo } = message;
  return { clientMsgId, id, seq, text, user, kind, replyTo, at, state: 'sent', isOwn: false, error: null };
}

const styles = StyleSheet.create({
  lines: {
    flexGrow: 1,
    justifyContent: 'flex-end',
    alignItems: 'flex-start',
    gap: space.xs,
    paddingTop: 56,
  },
});
