import { useMutation, useQueryClient } from '@tanstack/react-query';
import { newId } from '@vybekart/client';
import type { SellerOrder } from '@vybekart/contract';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { orderNumber } from '../../i18n/format';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { Notice } from '../../ui/notice';
import { space } from '../../ui/tokens';
import { cameBack, isCancelable, isDeliverable, isRefusable } from './fulfilment-rules';

type Act = 'deliver' | 'refuse' | 'restock' | 'cancel';

/** What became of a parcel at the buyer's door, and the way out before it leaves. */
export function DoorButtons({ order }: { order: SellerOrder }) {
  const { t } = useTranslation();
  const number = orderNumber(order.id);
  const errorMessage = useErrorMessage();
  const act = useDoor(order);
  const [asking, setAsking] = useState<Act | null>(null);
  const acts: Act[] = [
    ...(isCancelable(order) ? (['cancel'] as const) : []),
    ...(isRefusable(order) ? (['refuse'] as const) : []),
    ...(isDeliverable(order) ? (['deliver'] as const) : []),
    ...(cameBack(order) && !act.isRestocked ? (['restock'] as const) : []),
  ];
  if (acts.length === 0) return null;
  const run = (what: Act) => act.mutate(what, { onSettled: () => setAsking(null) });
  return (
    <View style={styles.column}>
      {act.isError ? <Notice tone="trouble" title={errorMessage(act.error)} /> : null}
      <View style={styles.row}>
        {acts.map((what) => (
          <Button
            key={what}
            kind={what === 'deliver' ? 'primary' : 'secondary'}
            label={t(`fulfilment.door.${what}`)}
            hint={`${t(`fulfilment.door.${what}`)}: ${number}`}
            testID={`${what}-${order.id}`}
            busy={act.isPending && act.variables === what}
            onPress={() => setAsking(what)}
          />
        ))}
      </View>
      <Confirm
        open={asking !== null}
        title={t('orders.number', { number })}
        question={asking ? t(`fulfilment.door.${asking}Ask`) : ''}
        yes={asking ? t(`fulfilment.door.${asking}`) : ''}
        isLoss={asking === 'cancel' || asking === 'refuse'}
        busy={act.isPending}
        testID="door-yes"
        onYes={() => asking && run(asking)}
        onClose={() => setAsking(null)}
      />
    </View>
  );
}

function useDoor(order: SellerOrder) {
  const api = useApi();
  const queries = useQueryClient();
  const [isRestocked, setIsRestocked] = useState(false);
  // One key for this intent: tapping again after a lost answer must not be another cancellation.
  const key = useRef(newId(Date.now()));
  const params = { id: order.id };
  const mutation = useMutation({
    mutationFn: (what: Act) => {
      switch (what) {
        case 'deliver':
          return api.call('deliverOrder', { params });
        case 'refuse':
          return api.call('takeBackOrder', { params, body: { restock: false } });
        case 'restock':
          return api.call('takeBackOrder', { params, body: { restock: true } });
        case 'cancel':
          return api.call('cancelSale', { params, idempotencyKey: key.current });
      }
    },
    onSuccess: async (_, what) => {
      if (what === 'restock') setIsRestocked(true);
      await queries.invalidateQueries({ queryKey: queryKeys.sellerOrders });
      await queries.invalidateQueries({ queryKey: queryKeys.dashboards });
    },
  });
  return { ...mutation, isRestocked };
}

const styles = StyleSheet.create({
  column: { gap: space.s },
  row: { flexDirection: 'row', flexWrap: 'wrap', justifyContent: 'flex-end', gap: space.s },
});
