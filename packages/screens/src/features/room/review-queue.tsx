import type { ReviewDecision, ReviewItem } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { failureCode, useErrorMessage } from '../../i18n/error-message';
import { IconButton } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Text } from '../../ui/text';
import { color, radius, space, tapTarget } from '../../ui/tokens';
import { useReview } from './use-review';

/** Messages that nobody sees yet, each with the two decisions; says so when none waits, unless `quiet`. */
export function ReviewQueue({ streamId, quiet = false }: { streamId: string; quiet?: boolean }) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const { queue, settle } = useReview(streamId);
  const items = queue.data?.items ?? [];
  // Somebody else decided: the list that comes says so.
  const failed = settle.isError && failureCode(settle.error) !== 'conflict' ? settle.error : null;
  const trouble = failed ?? (quiet ? null : queue.error);
  if (quiet && items.length === 0 && !trouble) return null;
  return (
    <View style={[styles.box, quiet && styles.boxed]} testID="review-queue" aria-live="polite">
      {quiet ? (
        <Text variant="label" level={3}>
          {t('chat.review.title')}
        </Text>
      ) : null}
      {trouble ? <Notice tone="trouble" title={errorMessage(trouble)} /> : null}
      {queue.isPending ? <Skeleton height={tapTarget} /> : null}
      {queue.isSuccess && items.length === 0 ? <Text tone="muted">{t('chat.review.empty')}</Text> : null}
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
  box: { gap: space.s },
  boxed: { padding: space.m, borderRadius: radius.m, backgroundColor: color.marigoldSoft },
  line: { flexDirection: 'row', alignItems: 'center', gap: space.s },
  words: { flex: 1, minWidth: 0 },
});
