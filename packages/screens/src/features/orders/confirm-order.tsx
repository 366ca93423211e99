import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '@vybekart/client';
import type { CashToConfirm, Order } from '@vybekart/contract';
import { useState } from 'react';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { Card } from '../../ui/card';
import { Notice } from '../../ui/notice';
import { CodeEntry } from '../checkout/code-entry';
import { codeRefusal } from '../checkout/code-refusal';

/** For who left the checkout before giving the code of an order that is paid at the door. */
export function ConfirmOrder({ order }: { order: Order }) {
  const api = useApi();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const [sent, setSent] = useState<CashToConfirm | null>(null);
  const params = { id: order.id };
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: queryKeys.order(order.id) });
    void queries.invalidateQueries({ queryKey: queryKeys.orders });
  };
  const confirm = useMutation({
    mutationFn: (code: string) => api.call('confirmCash', { params, body: { code } }),
    onSuccess: (confirmed) => queries.setQueryData(queryKeys.order(order.id), confirmed),
    onError: (error) => {
      if (ApiError.from(error).code === 'conflict') refresh();
    },
  });
  const resend = useMutation({
    mutationFn: () => api.call('resendCashCode', { params }),
    onSuccess: (payment) => {
      setSent(payment);
      confirm.reset();
    },
  });
  const error = resend.error ?? confirm.error;
  const refusal = error && codeRefusal(ApiError.from(error));
  return (
    <Card>
      {error && !refusal ? <Notice tone="trouble" title={errorMessage(error)} /> : null}
      <CodeEntry
        sent={sent}
        problem={refusal?.problem ?? null}
        triesLeft={refusal?.triesLeft ?? null}
        busy={confirm.isPending || resend.isPending}
        onCode={(code) => {
          resend.reset();
          confirm.mutate(code);
        }}
        onSendAnother={() => resend.mutate()}
      />
    </Card>
  );
}
