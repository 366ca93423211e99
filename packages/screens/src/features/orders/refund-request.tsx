import { useQueryClient } from '@tanstack/react-query';
import type { Order } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { Sheet } from '../../ui/sheet';
import { space } from '../../ui/tokens';
import { mayAskForRefund } from './order-status';
import { ReasonForm } from './reason-form';

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
  return (
    <ReasonForm
      label={t('orders.refundRequest.reason')}
      placeholder={t('orders.refundRequest.reasonHint')}
      wrong={t('orders.refundRequest.reasonWrong')}
      fieldTestID="refund-reason"
      action={{ label: t('orders.refundRequest.send'), icon: 'Send', testID: 'send-refund-request' }}
      send={(reason, idempotencyKey) =>
        api.call('askForRefund', { params: { id: orderId }, body: { reason }, idempotencyKey })
      }
      onSent={(order) => {
        queries.setQueryData(queryKeys.order(orderId), order);
        void queries.invalidateQueries({ queryKey: queryKeys.orders });
        onDone();
      }}
    />
  );
}

const styles = StyleSheet.create({
  column: { gap: space.m },
  button: { alignSelf: 'flex-start' },
});
