import type { ChatMode } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useErrorMessage } from '../../i18n/error-message';
import { Checkbox } from '../../ui/checkbox';
import { Chip } from '../../ui/chip';
import { Sheet } from '../../ui/sheet';
import { Text } from '../../ui/text';
import { useToast } from '../../ui/toast';
import { space } from '../../ui/tokens';
import { useRoom, useRoomValue } from '../room/room-context';
import { BlockedWordsForm } from './blocked-words-form';
import { ChatPeople } from './chat-people';
import { ModerationLog } from './moderation-log';

const slowModes = [0, 5, 10, 30, 60, 300];

interface Props {
  open: boolean;
  handle: string;
  onClose(): void;
}

/** How the chat of this show is run, and who and what the shop does not want in its chats. */
export function ChatSettings({ open, handle, onClose }: Props) {
  const { t } = useTranslation();
  const room = useRoom();
  const toast = useToast();
  const errorMessage = useErrorMessage();
  const mode = useRoomValue((view) => view.chatMode);
  const set = (changes: Partial<ChatMode>) =>
    void room.setChatMode(changes).catch((error: unknown) => {
      toast.show({ icon: 'CircleAlert', tone: 'trouble', title: errorMessage(error) });
    });
  const slowLabel = (seconds: number) => {
    if (seconds === 0) return t('chat.mode.noSlow');
    return seconds < 60
      ? t('chat.mode.seconds', { count: seconds })
      : t('chat.mode.minutes', { count: seconds / 60 });
  };
  return (
    <Sheet open={open} title={t('chat.mode.title')} testID="chat-settings-sheet" onClose={onClose}>
      <View>
        <Checkbox
          label={t('chat.mode.on')}
          checked={mode.chatOn}
          testID="chat-on"
          onChange={(chatOn) => set({ chatOn })}
        />
        <Checkbox
          label={t('chat.mode.followersOnly')}
          checked={mode.followersOnly}
          testID="chat-followers-only"
          onChange={(followersOnly) => set({ followersOnly })}
        />
        <Checkbox
          label={t('chat.mode.links')}
          checked={mode.linksFromModeratorsOnly}
          testID="chat-links"
          onChange={(linksFromModeratorsOnly) => set({ linksFromModeratorsOnly })}
        />
      </View>
      <View style={styles.group}>
        <Text variant="label" level={3}>
          {t('chat.mode.slow')}
        </Text>
        <Text variant="caption" tone="muted">
          {t('chat.mode.slowHelp')}
        </Text>
        <View role="radiogroup" aria-label={t('chat.mode.slow')} style={styles.chips}>
          {slowModes.map((seconds) => (
            <Chip
              key={seconds}
              label={slowLabel(seconds)}
              selected={mode.slowModeSeconds === seconds}
              testID={`slow-${seconds}`}
              onPress={() => set({ slowModeSeconds: seconds })}
            />
          ))}
        </View>
      </View>
      {open ? (
        <>
          <BlockedWordsForm handle={handle} />
          <ChatPeople handle={handle} />
          <ModerationLog handle={handle} />
        </>
      ) : null}
    </Sheet>
  );
}

const styles = StyleSheet.create({
  group: { gap: space.s },
  chips: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
