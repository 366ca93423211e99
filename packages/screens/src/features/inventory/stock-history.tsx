import type { StockMovement, Variant } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useList } from '../../app/lists';
import { MoreButton } from '../../app/more-button';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { orderNumber } from '../../i18n/format';
import { useFormat } from '../../i18n/use-format';
import { Notice } from '../../ui/notice';
import { RetryButton } from '../../ui/retry-button';
import { SkeletonRows } from '../../ui/skeleton';
import { Text } from '../../ui/text';
import { color, space, tapTarget } from '../../ui/tokens';
import { signedDelta } from './stock-delta';

/** Every change of a variant's stock, the newest first, with what was there after it. */
export function StockHistory({ variant }: { variant: Variant }) {
  const { t } = useTranslation();
  return (
    <View style={styles.history} testID="stock-history">
      <Text variant="label" level={3}>
        {t('inventory.history.title')}
      </Text>
      <Movements variant={variant} />
    </View>
  );
}

function Movements({ variant }: { variant: Variant }) {
  const { t } = useTranslation();
  const api = useApi();
  const errorMessage = useErrorMessage();
  const movements = useList({
    queryKey: queryKeys.stockMovements(variant.id),
    fetchPage: (cursor) =>
      api.call('stockMovements', { params: { id: variant.id }, query: { limit: 20, cursor } }),
  });
  switch (movements.kind) {
    case 'loading':
      return <SkeletonRows height={tapTarget} count={2} />;
    case 'error':
      return (
        <View style={styles.trouble}>
          <Notice tone="trouble" title={t('inventory.history.failed')} body={errorMessage(movements.error)} />
          <RetryButton kind="secondary" onPress={movements.retry} />
        </View>
      );
    case 'empty':
      return (
        <Text variant="caption" tone="muted">
          {t('inventory.history.empty')}
        </Text>
      );
    case 'ready':
      return (
        <View>
          <View role="list">
            {movements.items.map((movement) => (
              <Movement key={movement.id} movement={movement} />
            ))}
          </View>
          <MoreButton list={movements} />
        </View>
      );
  }
}

function Movement({ movement }: { movement: StockMovement }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { kind, delta, onHandAfter, reason, orderId, by } = movement;
  const why = orderId ? t('orders.number', { number: orderNumber(orderId) }) : reason;
  const who = [by?.displayName, format.dateTime(movement.createdAt)].filter(Boolean).join(' · ');
  return (
    <View role="listitem" style={styles.movement}>
      <View style={styles.words}>
        <Text variant="caption">{[t(`inventory.history.kind.${kind}`), why].filter(Boolean).join(': ')}</Text>
        <Text variant="micro" tone="faint">
          {who}
        </Text>
      </View>
      <View style={styles.figures}>
        <Text variant="label" tabular tone={delta > 0 ? 'leaf' : 'text'}>
          {signedDelta(delta)}
        </Text>
        <Text variant="micro" tabular tone="muted">
          {t('inventory.history.after', { count: onHandAfter })}
        </Text>
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  history: { gap: space.s },
  trouble: { gap: space.s },
  movement: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    minHeight: tapTarget,
    paddingVertical: space.xs,
    borderTopWidth: 1,
    borderColor: color.line,
  },
  words: { flex: 1, minWidth: 0, gap: 2 },
  figures: { alignItems: 'flex-end', gap: 2 },
});
