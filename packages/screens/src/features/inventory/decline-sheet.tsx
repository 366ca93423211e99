import { useMutation, useQueryClient } from '@tanstack/react-query';
import { newId } from '@vybekart/client';
import type { SellerOrder } from '@vybekart/contract';
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
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';

export function DeclineSheet({ order, onClose }: { order: SellerOrder | null; onClose(): void }) {
  const { t } = useTranslation();
  const request = order?.refundRequest;
  return (
    <Sheet open={order !== null} title={t('fulfilment.declineTitle')} onClose={onClose}>
      {request ? <DeclineForm requestId={request.id} asked={request.reason} onDone={onClose} /> : null}
    </Sheet>
  );
}

interface FormProps {
  requestId: string;
  asked: string;
  onDone(): void;
}

function DeclineForm({ requestId, asked, onDone }: FormProps) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const [reason, setReason] = useState('');
  const [wasTried, setWasTried] = useState(false);
  const key = useRef(newId(Date.now()));
  const isEmpty = reason.trim() === '';
  const decline = useMutation({
    mutationFn: () =>
      api.call('declineRefund', {
        params: { id: requestId },
        body: { reason: reason.trim() },
        idempotencyKey: key.current,
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: queryKeys.sellerOrders });
      onDone();
    },
  });
  return (
    <View style={styles.form}>
      {decline.isError ? <Notice tone="trouble" title={errorMessage(decline.error)} /> : null}
      <Text tone="muted">{asked}</Text>
      <Field
        label={t('fulfilment.declineReason')}
        testID="decline-reason"
        maxLength={500}
        value={reason}
        onChangeText={setReason}
        error={wasTried && isEmpty ? t('fulfilment.declineReasonWrong') : undefined}
      />
      <Button
        wide
        size="l"
        kind="danger"
        testID="decline"
        busy={decline.isPending}
        label={t('fulfilment.declineAction')}
        onPress={() => {
          setWasTried(true);
          if (!isEmpty) decline.mutate();
        }}
      />
    </View>
  );
}

const styles = StyleSheet.create({ form: { gap: space.m } });
