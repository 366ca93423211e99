import { useMutation, useQueryClient } from '@tanstack/react-query';
import { newId } from '@vybekart/client';
import type { Order } from '@vybekart/contract';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { Sheet } from '../../ui/sheet';
import { space } from '../../ui/tokens';
import { mayAskForRefund } from './order-status';

const tones = { open: 'warm', approved: 'good', declined: 'trouble' } as const;

/** What became of the buyer's wish for the money back, and the way to ask for it. */
export function RefundRequest({ order }: { order: Order }) {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  const last = order.refundRequest;
  return (
    <View style={styles.column}>
      {last ? (
        <Notice
          tone={tones[last.status]}
          title={t(`orders.refundRequest.${last.status}`, { shop: order.shop.name })}
          body={last.answer ?? last.reason}
          testID="refund-request"
        />
      ) : null}
      {mayAskForRefund(order) ? (
        <Button
          kind="secondary"
          icon="Undo2"
          label={t('orders.refundRequest.ask')}
          testID="ask-refund"
          onPress={() => setIsAsking(true)}
          style={styles.button}
        />
      ) : null}
      <Sheet open={isAsking} title={t('orders.refundRequest.title')} onClose={() => setIsAsking(false)}>
        {isAsking ? <AskForm orderId={order.id} onDone={() => setIsAsking(false)} /> : null}
      </Sheet>
    </View>
  );
}

function AskForm({ orderId, onDone }: { orderId: string; onDone(): void }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const [reason, setReason] = useState('');
  const [wasTried, setWasTried] = useState(false);
  // One key for each text: sending again after a lost answer must not ask twice.
  const attempt = useRef({ key: newId(Date.now()), reason: '' });
  const isEmpty = reason.trim() === '';
  const ask = useMutation({
    mutationFn: (text: string) => {
      if (attempt.current.reason !== text) attempt.current = { key: newId(Date.now()), reason: text };
      return api.call('askForRefund', {
        params: { id: orderId },
        body: { reason: text },
        idempotencyKey: attempt.current.key,
      });
    },
    onSuccess: (order) => {
      queries.setQueryData(queryKeys.order(orderId), order);
      void queries.invalidateQueries({ queryKey: queryKeys.orders });
      onDone();
    },
  });
  return (
    <View style={styles.column}>
      {ask.isError ? <Notice tone="trouble" title={errorMessage(ask.error)} /> : null}
      <Field
        label={t('orders.refundRequest.reason')}
        placeholder={t('orders.refundRequest.reasonHint')}
        testID="refund-reason"
        maxLength={500}
        value={reason}
        onChangeText={setReason}
        error={wasTried && isEmpty ? t('orders.refundRequest.reasonWrong') : undefined}
      />
      <Button
        wide
        size="l"
        icon="Send"
        testID="send-refund-request"
        busy={ask.isPending}
        label={t('orders.refundRequest.send')}
        onPress={() => {
          setWasTried(true);
          if (!isEmpty) ask.mutate(reason.trim());
        }}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  column: { gap: space.m },
  button: { alignSelf: 'flex-start' },
});
