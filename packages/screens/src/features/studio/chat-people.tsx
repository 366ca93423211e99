import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { useFormat } from '../../i18n/use-format';
import { IconButton } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';
import { useRoom } from '../room/room-context';
import { FindModerator } from './find-moderator';

/** Who moderates the shop's chats, and who may not write in them. */
export function ChatPeople({ handle }: { handle: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const room = useRoom();
  const format = useFormat();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const team = useQuery({
    queryKey: queryKeys.moderators(handle),
    queryFn: () => api.call('listModerators', { params: { handle } }),
  });
  const mutes = useQuery({
    queryKey: queryKeys.mutes(handle),
    queryFn: () => api.call('listMutes', { params: { handle }, query: { limit: 100 } }),
  });
  const dismiss = useMutation({
    mutationFn: (userId: string) => api.call('removeModerator', { params: { handle, userId } }),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.moderators(handle) }),
  });
  const lift = useMutation({
    mutationFn: (userId: string) => room.unbanUser(userId),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.mutes(handle) }),
  });
  const error = team.error ?? mutes.error ?? dismiss.error ?? lift.error;
  return (
    <View style={styles.groups}>
      {error ? <Notice tone="trouble" title={errorMessage(error)} /> : null}
      <People
        title={t('chat.team.title')}
        empty={t('chat.team.empty')}
        people={team.data?.items.map(({ user }) => ({ ...user, detail: '' }))}
        label={(name) => t('chat.team.remove', { name })}
        onRemove={(userId) => dismiss.mutate(userId)}
      />
      <FindModerator handle={handle} />
      <People
        title={t('chat.mutes.title')}
        empty={t('chat.mutes.empty')}
        people={mutes.data?.items.map(({ user, until }) => ({
          ...user,
          detail: until ? t('chat.mutes.until', { time: format.dateTime(until) }) : t('chat.mutes.forGood'),
        }))}
        label={(name) => t('chat.mutes.lift', { name })}
        onRemove={(userId) => lift.mutate(userId)}
      />
    </View>
  );
}

interface PeopleProps {
  title: string;
  empty: string;
  people: { id: string; displayName: string; detail: string }[] | undefined;
  label(name: string): string;
  onRemove(userId: string): void;
}

function People({ title, empty, people, label, onRemove }: PeopleProps) {
  return (
    <View style={styles.group}>
      <Text variant="label" level={3}>
        {title}
      </Text>
      {people ? null : <Skeleton height={44} />}
      {people?.length === 0 ? (
        <Text variant="caption" tone="muted">
          {empty}
        </Text>
      ) : null}
      {people?.map(({ id, displayName, detail }) => (
        <View key={id} style={styles.person}>
          <Text variant="label" style={styles.name} numberOfLines={1}>
            {displayName}
          </Text>
          {detail ? (
            <Text variant="caption" tone="muted">
              {detail}
            </Text>
          ) : null}
          <IconButton icon="Undo2" label={label(displayName)} onPress={() => onRemove(id)} />
        </View>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  groups: { gap: space.l },
  group: { gap: space.xs },
  person: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  name: { flex: 1, minWidth: 0 },
});
