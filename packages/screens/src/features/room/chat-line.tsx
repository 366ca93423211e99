import type { RoomMessage } from '@vybekart/client';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Pressable, StyleSheet, View } from 'react-native';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { festiveColors } from '../../ui/picture';
import { Text } from '../../ui/text';
import { color, radius, space, tapTarget } from '../../ui/tokens';

interface Props {
  message: RoomMessage;
  /** `video` lies on the picture and needs a ground of its own; `panel` stands on a surface. */
  look: 'video' | 'panel';
  onRetry(clientMsgId: string): void;
  onDiscard(clientMsgId: string): void;
  /** Opens what can be done with the message; absent for guests. */
  onChoose?: ((message: RoomMessage) => void) | undefined;
}

function ChatLineShown({ message, look, onRetry, onDiscard, onChoose }: Props) {
  const { t } = useTranslation();
  const { user, text, state, kind, replyTo } = message;
  const isHost = user.role !== 'viewer';
  const ground = [
    styles.line,
    look === 'video' ? styles.onVideo : styles.onPanel,
    kind === 'announcement' && styles.announcement,
    effects.riseIn,
  ];
  const content = (
    <View style={styles.body}>
      {kind === 'announcement' ? (
        <Text variant="micro" tone="marigold">
          {t('chat.announcement')}
        </Text>
      ) : null}
      {replyTo ? (
        <Text
          variant="micro"
          tone="muted"
          numberOfLines={1}
          aria-label={t('chat.quote', { name: replyTo.user.displayName })}
        >
          {`↳ ${replyTo.user.displayName}: ${replyTo.excerpt ?? t('chat.quoteGone')}`}
        </Text>
      ) : null}
      <Text variant="label" style={[styles.words, state === 'sending' && styles.faded]}>
        <Text variant="label" style={[styles.name, { color: isHost ? color.marigold : nameColor(user.id) }]}>
          {user.displayName}
        </Text>
        {isHost ? (
          <Text variant="micro" tone="marigold">
            {`  ${t(user.role === 'seller' ? 'room.seller' : 'room.moderator')}`}
          </Text>
        ) : null}
        <Text variant="label" style={styles.text}>{`  ${text}`}</Text>
      </Text>
      {state === 'failed' ? (
        <View style={styles.failed}>
          <Icon name="CircleAlert" size={14} tint={color.danger} />
          <Text variant="caption" tone="danger">
            {t('room.sendFailed')}
          </Text>
          <Action label={t('room.sendAgain')} onPress={() => onRetry(message.clientMsgId)} />
          <Action label={t('room.discard')} onPress={() => onDiscard(message.clientMsgId)} />
        </View>
      ) : null}
      {state === 'held' ? (
        <View style={styles.failed}>
          <Icon name="Clock" size={14} tint={color.marigold} />
          <Text variant="caption" tone="muted">
            {t('chat.held')}
          </Text>
        </View>
      ) : null}
    </View>
  );
  const testID = `chat-message-${state}`;
  if (!onChoose || !message.id) {
    return (
      <View style={ground} testID={testID}>
        {content}
      </View>
    );
  }
  const choose = () => onChoose(message);
  return (
    <Pressable
      role="button"
      aria-label={t('chat.line', { name: user.displayName, text })}
      testID={testID}
      style={ground}
      hitSlop={{ top: 6, bottom: 6 }}
      onPress={choose}
      onLongPress={choose}
    >
      {content}
    </Pressable>
  );
}

function Action({ label, onPress }: { label: string; onPress(): void }) {
  return (
    <Pressable role="button" aria-label={label} onPress={onPress} style={styles.action} hitSlop={8}>
      <Text variant="caption" tone="marigold" style={styles.actionText}>
        {label}
      </Text>
    </Pressable>
  );
}

/** Light tints of the festive colours: a person keeps theirs for the whole show. */
function nameColor(userId: string): string {
  const tints: Record<string, string> = {
    '#F2994A': '#FFC08A',
    '#1FA2A6': '#8FE3E6',
    '#E0A11B': '#F5D27A',
    '#B63FA1': '#F2A9E4',
    '#4CA35B': '#A5E2B0',
    '#E2555B': '#FFABAF',
  };
  return tints[festiveColors(userId)[0]] ?? color.muted;
}

/** The room makes new message objects for every change: compare what is shown. */
export const ChatLine = memo(
  ChatLineShown,
  (before, after) =>
    before.message.clientMsgId === after.message.clientMsgId &&
    before.message.state === after.message.state &&
    before.message.id === after.message.id &&
    before.message.user.displayName === after.message.user.displayName &&
    before.message.replyTo?.excerpt === after.message.replyTo?.excerpt &&
    before.look === after.look &&
    before.onChoose === after.onChoose,
);

const styles = StyleSheet.create({
  line: { flexDirection: 'row', alignItems: 'flex-start', alignSelf: 'flex-start', maxWidth: '100%' },
  onVideo: {
    backgroundColor: color.glass,
    borderRadius: radius.l,
    paddingHorizontal: 10,
    paddingVertical: 5,
  },
  onPanel: { alignSelf: 'stretch', paddingVertical: 3 },
  announcement: {
    alignSelf: 'stretch',
    backgroundColor: color.raised,
    borderWidth: 1,
    borderColor: color.marigold,
    borderRadius: radius.m,
    paddingHorizontal: 10,
    paddingVertical: 6,
  },
  body: { flexShrink: 1, flexGrow: 1 },
  words: { flexShrink: 1 },
  name: { fontWeight: '700' },
  text: { fontWeight: '400' },
  faded: { opacity: 0.6 },
  failed: { flexDirection: 'row', alignItems: 'center', flexWrap: 'wrap', gap: space.s },
  action: { minHeight: tapTarget, justifyContent: 'center' },
  actionText: { fontWeight: '700' },
});
