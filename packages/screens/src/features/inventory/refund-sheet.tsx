import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SellerOrder } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useAttemptKey } from '../../app/attempt-key';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { amountForInput, currencySign, orderNumber, parseAmountMinor } from '../../i18n/format';
import { useFormat } from '../../i18n/use-format';
import { Button } from '../../ui/button';
import { Checkbox } from '../../ui/checkbox';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { Sheet } from '../../ui/sheet';
import { space } from '../../ui/tokens';
import { isRestockable, mustRefundAll, refundableMinor } from './fulfilment-rules';

export function RefundSheet({ order, onClose }: { order: SellerOrder | null; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Sheet
      open={order !== null}
      title={order ? t('fulfilment.refundTitle', { number: orderNumber(order.id) }) : ''}
      onClose={onClose}
    >
      {order ? <RefundForm order={order} onDone={onClose} /> : null}
    </Sheet>
  );
}

/** All of it unless the seller says less; a lost answer never refunds twice. */
function RefundForm({ order, onDone }: { order: SellerOrder; onDone(): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const api = useApi();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const most = { ...order.total, amountMinor: refundableMinor(order) };
  const [text, setText] = useState(() => amountForInput(most));
  const [restock, setRestock] = useState(false);
  const keyOf = useAttemptKey();
  const isWhole = mustRefundAll(order, restock);
  const amountMinor = isWhole ? most.amountMinor : parseAmountMinor(text, most.currency);
  const isFine = amountMinor !== null && amountMinor > 0 && amountMinor <= most.amountMinor;
  const refund = useMutation({
    mutationFn: (body: { amountMinor: number; restock: boolean }) => {
      const idempotencyKey = keyOf(body);
      const asked = order.refundRequest;
      return asked?.status === 'open'
        ? api.call('approveRefund', { params: { id: asked.id }, body, idempotencyKey })
        : api.call('refundOrder', { params: { id: order.id }, body, idempotencyKey });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: queryKeys.sellerOrders });
      onDone();
    },
  });
  return (
    <View style={styles.form}>
      {refund.isError ? <Notice tone="trouble" title={errorMessage(refund.error)} /> : null}
      <Field
        label={t('fulfilment.refundAmount')}
        testID="refund-amount"
        prefix={currencySign(most.currency, format.language)}
        inputMode="decimal"
        keyboardType="decimal-pad"
        value={isWhole ? amountForInput(most) : text}
        editable={!isWhole}
        help={isWhole ? t('fulfilment.refundWhole') : undefined}
        onChangeText={setText}
        error={isFine ? undefined : t('fulfilment.refundWrong', { max: format.money(most) })}
      />
      {isRestockable(order) ? (
        <Checkbox label={t('fulfilment.restock')} checked={restock} testID="restock" onChange={setRestock} />
      ) : null}
      <Button
        wide
        size="l"
        kind="danger"
        icon="Undo2"
        testID="refund"
        busy={refund.isPending}
        disabled={!isFine}
        label={t('fulfilment.refundAction', {
          amount: format.money({ ...most, amountMinor: amountMinor ?? 0 }),
        })}
        onPress={() => amountMinor !== null && refund.mutate({ amountMinor, restock })}
      />
    </View>
  );
}

const styles = StyleSheet.create({ form: { gap: space.m } });
