import { useQueryClient } from '@tanstack/react-query';
import type { SellerOrder } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { Sheet } from '../../ui/sheet';
import { Text } from '../../ui/text';
import { ReasonForm } from '../orders/reason-form';

/** The seller says why the money stays. */
export function DeclineSheet({ order, onClose }: { order: SellerOrder | null; onClose(): void }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const request = order?.refundRequest;
  return (
    <Sheet open={order !== null} title={t('fulfilment.declineTitle')} onClose={onClose}>
      {request ? (
        <>
          <Text tone="muted">{request.reason}</Text>
          <ReasonForm
            label={t('fulfilment.declineReason')}
            wrong={t('fulfilment.declineReasonWrong')}
            fieldTestID="decline-reason"
            action={{ label: t('fulfilment.declineAction'), kind: 'danger', testID: 'decline' }}
            send={(reason, idempotencyKey) =>
              api.call('declineRefund', { params: { id: request.id }, body: { reason }, idempotencyKey })
            }
            onSent={async () => {
              await queries.invalidateQueries({ queryKey: queryKeys.sellerOrders });
              onClose();
            }}
          />
        </>
      ) : null}
    </Sheet>
  );
}
