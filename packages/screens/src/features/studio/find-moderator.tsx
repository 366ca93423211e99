import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';

/** Finds people who chatted by their name, and makes them moderators. */
export function FindModerator({ handle }: { handle: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const [text, setText] = useState('');
  const name = useDeferredValue(text.trim());
  const found = useQuery({
    queryKey: queryKeys.chatters(handle, name),
    queryFn: () => api.call('findChatters', { params: { handle }, query: { name } }),
    enabled: name !== '',
  });
  const appoint = useMutation({
    mutationFn: (userId: string) => api.call('appointModerator', { params: { handle, userId } }),
    onSuccess: () => setText(''),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.moderators(handle) }),
  });
  const people = name === '' ? undefined : found.data?.items;
  const error = appoint.error ?? (name === '' ? null : found.error);
  return (
    <View style={styles.group}>
      <Field
        label={t('chat.team.find')}
        help={t('chat.team.findHelp')}
        value={text}
        maxLength={50}
        testID="find-moderator"
        onChangeText={setText}
      />
      {error ? <Notice tone="trouble" title={errorMessage(error)} /> : null}
      {people?.length === 0 ? (
        <Text variant="caption" tone="muted">
          {t('chat.team.nobody')}
        </Text>
      ) : null}
      {people?.map((person) => (
        <Button
          key={person.id}
          kind="secondary"
          icon="ShieldCheck"
          label={person.displayName}
          hint={t('chat.team.appoint', { name: person.displayName })}
          testID="found-chatter"
          busy={appoint.isPending}
          onPress={() => appoint.mutate(person.id)}
        />
      ))}
    </View>
  );
}

const styles = StyleSheet.create({ group: { gap: space.s } });
