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
  /** The seller's bin; absent for everybody else. */
  onDelete?: ((message: RoomMessage) => void) | undefined;
}

function ChatLineShown({ message, look, onRetry, onDiscard, onDelete }: Props) {
  const { t } = useTranslation();
  const { user, text, state } = message;
  const isHost = user.role !== 'viewer';
  return (
    <View
      style={[styles.line, look === 'video' ? styles.onVideo : styles.onPanel, effects.riseIn]}
      testID={`chat-message-${state}`}
    >
      <View style={styles.body}>
        <Text variant="label" style={[styles.words, state === 'sending' && styles.faded]}>
          <Text
            variant="label"
            style={[styles.name, { color: isHost ? color.marigold : nameColor(user.id) }]}
          >
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
      </View>
      {onDelete && message.id ? (
        <Pressable
          role="button"
          aria-label={t('studio.deleteMessage', { name: user.displayName })}
          onPress={() => onDelete(message)}
          style={styles.bin}
        >
          <Icon name="Trash2" size={17} tint={color.muted} />
        </Pressable>
      ) : null}
    </View>
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
    before.look === after.look &&
    before.onDelete === after.onDelete,
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
  body: { flexShrink: 1, flexGrow: 1 },
  words: { flexShrink: 1 },
  name: { fontWeight: '700' },
  text: { fontWeight: '400' },
  faded: { opacity: 0.6 },
  failed: { flexDirection: 'row', alignItems: 'center', flexWrap: 'wrap', gap: space.s },
  action: { minHeight: tapTarget, justifyContent: 'center' },
  actionText: { fontWeight: '700' },
  bin: { width: tapTarget, minHeight: tapTarget, alignItems: 'center', justifyContent: 'center' },
});
