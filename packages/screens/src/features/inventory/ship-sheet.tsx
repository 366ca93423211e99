import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SellerOrder } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { orderNumber } from '../../i18n/format';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { Sheet } from '../../ui/sheet';
import { space } from '../../ui/tokens';

export function ShipSheet({ order, onClose }: { order: SellerOrder | null; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Sheet
      open={order !== null}
      title={order ? t('fulfilment.shipTitle', { number: orderNumber(order.id) }) : ''}
      onClose={onClose}
    >
      {order ? <ShipForm order={order} onDone={onClose} /> : null}
    </Sheet>
  );
}

/** Carrier and number help the buyer to follow the parcel; a neighbour's delivery needs neither. */
function ShipForm({ order, onDone }: { order: SellerOrder; onDone(): void }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const [carrier, setCarrier] = useState(order.fulfilment.carrier ?? '');
  const [trackingNumber, setTrackingNumber] = useState(order.fulfilment.trackingNumber ?? '');
  const ship = useMutation({
    mutationFn: () =>
      api.call('fulfilOrder', {
        params: { id: order.id },
        body: {
          carrier: carrier.trim() || undefined,
          trackingNumber: trackingNumber.trim() || undefined,
        },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: queryKeys.sellerOrders });
      onDone();
    },
  });
  return (
    <View style={styles.form}>
      {ship.isError ? <Notice tone="trouble" title={errorMessage(ship.error)} /> : null}
      <Field
        label={`${t('fulfilment.carrier')} (${t('common.optional')})`}
        testID="carrier"
        maxLength={60}
        value={carrier}
        onChangeText={setCarrier}
      />
      <Field
        label={`${t('fulfilment.trackingNumber')} (${t('common.optional')})`}
        testID="tracking-number"
        maxLength={80}
        autoCapitalize="characters"
        autoCorrect={false}
        value={trackingNumber}
        onChangeText={setTrackingNumber}
      />
      <Button
        wide
        size="l"
        icon="Truck"
        testID="ship"
        busy={ship.isPending}
        label={t(order.fulfilment.status === 'shipped' ? 'common.save' : 'fulfilment.shipAction')}
        onPress={() => ship.mutate()}
      />
    </View>
  );
}

const styles = StyleSheet.create({ form: { gap: space.m } });
