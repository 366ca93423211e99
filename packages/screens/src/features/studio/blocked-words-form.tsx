import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { failureCode, useErrorMessage } from '../../i18n/error-message';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { space } from '../../ui/tokens';

/** The shop's blocked words, one on each line. */
export function BlockedWordsForm({ handle }: { handle: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const queryKey = queryKeys.blockedWords(handle);
  const [draft, setDraft] = useState<string | null>(null);
  const list = useQuery({
    queryKey,
    queryFn: () => api.call('getBlockedWords', { params: { handle } }),
  });
  const save = useMutation({
    mutationFn: (words: string[]) => api.call('setBlockedWords', { params: { handle }, body: { words } }),
    onSuccess: (saved) => {
      queries.setQueryData(queryKey, saved);
      setDraft(null);
    },
  });
  if (list.isError) return <Notice tone="trouble" title={errorMessage(list.error)} />;
  if (!list.data) return <Skeleton height={120} />;
  const text = draft ?? list.data.words.join('\n');
  const isWrong = save.isError && failureCode(save.error) === 'validation_failed';
  return (
    <View style={styles.group}>
      <Field
        label={t('chat.words.title')}
        help={t('chat.words.help')}
        error={isWrong ? t('chat.words.wrong') : undefined}
        value={text}
        multiline
        testID="blocked-words"
        onChangeText={setDraft}
      />
      {save.isError && !isWrong ? <Notice tone="trouble" title={errorMessage(save.error)} /> : null}
      {save.isSuccess && draft === null ? <Notice tone="good" title={t('chat.words.saved')} /> : null}
      <Button
        kind="secondary"
        label={t('chat.words.save')}
        testID="save-blocked-words"
        busy={save.isPending}
        disabled={draft === null}
        onPress={() => save.mutate(linesOf(text))}
      />
    </View>
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const styles = StyleSheet.create({ group: { gap: space.s } });
