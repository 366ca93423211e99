import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ShopView } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { Card } from '../../ui/card';
import { Checkbox } from '../../ui/checkbox';
import { Text } from '../../ui/text';
import { useToast } from '../../ui/toast';
import { useShop } from '../account/use-shop';

/** Whether buyers of this shop may pay at the door. It turns at once, and back when the server refuses. */
export function CashSwitch({ handle }: { handle: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  const errorMessage = useErrorMessage();
  const shop = useShop(handle);
  const key = queryKeys.shop(handle);
  const change = useMutation({
    mutationFn: (cashOnDelivery: boolean) =>
      api.call('updateShop', { params: { handle }, body: { cashOnDelivery } }),
    onMutate: (cashOnDelivery) => {
      const before = queries.getQueryData<ShopView>(key);
      if (before) queries.setQueryData<ShopView>(key, { ...before, cashOnDelivery });
      return before;
    },
    onSuccess: (changed) => queries.setQueryData(key, changed),
    onError: (error, _wanted, before) => {
      queries.setQueryData(key, before);
      toast.show({ icon: 'CircleAlert', tone: 'trouble', title: errorMessage(error) });
    },
  });
  if (!shop.data) return null;
  return (
    <Card>
      <Checkbox
        label={t('studio.cash.label')}
        checked={shop.data.cashOnDelivery}
        testID="cash-on-delivery"
        onChange={(wanted) => change.mutate(wanted)}
      />
      <Text variant="caption" tone="muted">
        {t('studio.cash.help')}
      </Text>
    </Card>
  );
}
