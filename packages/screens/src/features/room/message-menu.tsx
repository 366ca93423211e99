import type { RoomMessage } from '@vybekart/client';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi, useSession } from '../../app/client';
import { useErrorMessage } from '../../i18n/error-message';
import type { IconName } from '../../platform/icons';
import { Button } from '../../ui/button';
import { Sheet } from '../../ui/sheet';
import { Text } from '../../ui/text';
import { useToast } from '../../ui/toast';
import { space } from '../../ui/tokens';
import { mayActOn, mayModerate } from './chat-powers';
import { useReply } from './reply-context';
import { useRoom, useRoomValue } from './room-context';

const timeoutSeconds = 300;

interface Action {
  id: string;
  icon: IconName;
  label: string;
  isDangerous?: boolean;
  /** Said when it is done. */
  done?: string;
  /** What it answers is waited for. */
  act(): unknown;
}

/** What can be done with one message: by everybody, by its author, by those who run the chat. */
export function MessageMenu({ message, onClose }: { message: RoomMessage | null; onClose(): void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorMessage = useErrorMessage();
  const actions = useActions(message);
  const name = message?.user.displayName ?? '';
  const run = (action: Action) => {
    onClose();
    Promise.resolve(action.act()).then(
      () => action.done && toast.show({ icon: 'CircleCheck', title: action.done }),
      (error: unknown) => toast.show({ icon: 'CircleAlert', tone: 'trouble', title: errorMessage(error) }),
    );
  };
  return (
    <Sheet
      open={message !== null}
      title={t('chat.menu.title', { name })}
      testID="message-menu"
      onClose={onClose}
    >
      <Text tone="muted" numberOfLines={3}>
        {message?.text ?? ''}
      </Text>
      <View style={styles.actions}>
        {actions.map((action) => (
          <Button
            key={action.id}
            wide
            kind={action.isDangerous ? 'danger' : 'secondary'}
            icon={action.icon}
            label={action.label}
            testID={`message-${action.id}`}
            onPress={() => run(action)}
          />
        ))}
      </View>
    </Sheet>
  );
}

function useActions(message: RoomMessage | null): Action[] {
  const { t } = useTranslation();
  const api = useApi();
  const room = useRoom();
  const { answer } = useReply();
  const you = useRoomValue((view) => view.you);
  const handle = useSession().user?.shop?.handle;
  const id = message?.id;
  if (!message || !id) return [];
  const { user, isOwn } = message;
  const name = user.displayName;
  const actions: Action[] = [
    { id: 'reply', icon: 'Undo2', label: t('chat.menu.reply'), act: () => answer(message) },
  ];
  if (!isOwn) {
    actions.push({
      id: 'report',
      icon: 'CircleAlert',
      label: t('chat.menu.report'),
      done: t('chat.menu.reported'),
      act: () => room.reportMessage(id),
    });
  }
  if (mayModerate(you)) {
    actions.push({ id: 'pin', icon: 'Pin', label: t('chat.menu.pin'), act: () => room.pinMessage(id) });
  }
  if (isOwn || mayActOn(you, user.role)) {
    const label = t('chat.menu.delete');
    actions.push({
      id: 'delete',
      icon: 'Trash2',
      label,
      isDangerous: true,
      act: () => room.deleteMessage(id),
    });
  }
  if (isOwn || !mayActOn(you, user.role)) return actions;
  actions.push(
    {
      id: 'timeout',
      icon: 'Clock',
      label: t('chat.menu.timeout'),
      isDangerous: true,
      done: t('chat.menu.timedOut', { name }),
      act: () => room.timeoutUser(user.id, timeoutSeconds),
    },
    {
      id: 'ban',
      icon: 'Lock',
      label: t('chat.menu.ban'),
      isDangerous: true,
      done: t('chat.menu.banned', { name }),
      act: () => room.banUser(user.id),
    },
    {
      id: 'ban-messages',
      icon: 'Lock',
      label: t('chat.menu.banMessages'),
      isDangerous: true,
      done: t('chat.menu.banned', { name }),
      act: () => room.banUser(user.id, { deleteMessages: true }),
    },
  );
  if (you.role === 'seller' && user.role === 'viewer' && handle) {
    actions.push({
      id: 'appoint',
      icon: 'ShieldCheck',
      label: t('chat.menu.appoint'),
      done: t('chat.menu.appointed', { name }),
      act: () => api.call('appointModerator', { params: { handle, userId: user.id } }),
    });
  }
  return actions;
}

const styles = StyleSheet.create({ actions: { gap: space.s } });
