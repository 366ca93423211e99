import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useErrorMessage } from '../../i18n/error-message';
import { IconButton } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { useToast } from '../../ui/toast';
import { color, radius, space } from '../../ui/tokens';
import { mayModerate } from './chat-powers';
import { useRoom, useRoomValue } from './room-context';

/** The message that stands above the chat; those who run the chat can take it down. */
export function PinnedMessage({ look }: { look: 'video' | 'panel' }) {
  const { t } = useTranslation();
  const room = useRoom();
  const toast = useToast();
  const errorMessage = useErrorMessage();
  const pinned = useRoomValue((view) => view.pinnedMessage);
  const mayUnpin = useRoomValue((view) => mayModerate(view.you));
  if (!pinned) return null;
  const unpin = () =>
    void room.pinMessage(null).catch((error: unknown) => {
      toast.show({ icon: 'CircleAlert', tone: 'trouble', title: errorMessage(error) });
    });
  return (
    <View
      role="note"
      aria-label={t('chat.pinned')}
      testID="pinned-message"
      style={[styles.box, look === 'video' ? styles.onVideo : styles.onPanel]}
    >
      <Icon name="Pin" size={15} tint={color.marigold} />
      <Text variant="caption" numberOfLines={2} style={styles.words}>
        <Text variant="caption" tone="marigold" style={styles.name}>
          {pinned.user.displayName}
        </Text>
        {`  ${pinned.text}`}
      </Text>
      {mayUnpin ? (
        <IconButton icon="PinOff" label={t('chat.unpin')} testID="unpin-message" onPress={unpin} />
      ) : null}
    </View>
  );
}

const styles = StyleSheet.create({
  box: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.s,
    minHeight: 36,
    paddingHorizontal: space.m,
    marginBottom: space.xs,
    borderRadius: radius.m,
    borderLeftWidth: 3,
    borderLeftColor: color.marigold,
  },
  onVideo: { backgroundColor: color.glassStrong },
  onPanel: { backgroundColor: color.raised },
  words: { flex: 1, paddingVertical: space.xs },
  name: { fontWeight: '700' },
});
