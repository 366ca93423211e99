import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReviewDecision, ReviewItem } from '@vybekart/contract';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { failureCode, useErrorMessage } from '../../i18n/error-message';
import { IconButton } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import { useRoom } from '../room/room-context';

/** Messages that nobody sees yet; nothing while none waits. */
export function ReviewQueue({ streamId }: { streamId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const room = useRoom();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const queryKey = queryKeys.review(streamId);
  const queue = useQuery({
    queryKey,
    queryFn: () => api.call('reviewQueue', { params: { id: streamId }, query: { limit: 50 } }),
    // The room tells at once; this is for a socket that is down.
    refetchInterval: 30_000,
  });
  useEffect(() => {
    const refresh = () => void queries.invalidateQueries({ queryKey: queryKeys.review(streamId) });
    const stops = [room.onEvent('review_requested', refresh), room.onEvent('review_settled', refresh)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, queries, streamId]);
  const settle = useMutation({
    mutationFn: ({ messageId, decision }: { messageId: string } & ReviewDecision) =>
      api.call('reviewMessage', { params: { id: streamId, messageId }, body: { decision } }),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  const items = queue.data?.items ?? [];
  // Somebody else decided: the list that comes says so.
  const failed = settle.isError && failureCode(settle.error) !== 'conflict';
  if (items.length === 0 && !failed) return null;
  return (
    <View style={styles.box} testID="review-queue" aria-live="polite">
      <Text variant="label" level={3}>
        {t('chat.review.title')}
      </Text>
      {failed ? <Notice tone="trouble" title={errorMessage(settle.error)} /> : null}
      {items.map((item) => (
        <Waiting
          key={item.message.id}
          item={item}
          busy={settle.isPending}
          onDecide={(decision) => settle.mutate({ messageId: item.message.id, decision })}
        />
      ))}
    </View>
  );
}

interface WaitingProps {
  item: ReviewItem;
  busy: boolean;
  onDecide(decision: ReviewDecision['decision']): void;
}

function Waiting({ item, busy, onDecide }: WaitingProps) {
  const { t } = useTranslation();
  const { user, text } = item.message;
  const name = user.displayName;
  return (
    <View style={styles.line} testID="review-item">
      <View style={styles.words}>
        <Text variant="label">
          {name}
          <Text variant="label" tone="muted">
            {`  ${text}`}
          </Text>
        </Text>
        <Text variant="micro" tone="faint">
          {t(item.reason === 'reports' ? 'chat.review.reports' : 'chat.review.blockedWord')}
        </Text>
      </View>
      <IconButton
        icon="Check"
        tint={color.leaf}
        disabled={busy}
        testID="review-approve"
        label={t('chat.review.approve', { name })}
        onPress={() => onDecide('approve')}
      />
      <IconButton
        icon="EyeOff"
        tint={color.danger}
        disabled={busy}
        testID="review-hide"
        label={t('chat.review.hide', { name })}
        onPress={() => onDecide('hide')}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  box: { gap: space.s, padding: space.m, borderRadius: radius.m, backgroundColor: color.marigoldSoft },
  line: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  words: { flex: 1, minWidth: 0 },
});
