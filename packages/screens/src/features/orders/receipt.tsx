import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useErrorMessage } from '../../i18n/error-message';
import { orderNumber } from '../../i18n/format';
import { useFormat } from '../../i18n/use-format';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { space } from '../../ui/tokens';

/** Opens the receipt of a paid order in the language of the app, to read, print or keep. */
export function Receipt({ orderId }: { orderId: string }) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const api = useApi();
  const platform = usePlatform();
  const errorMessage = useErrorMessage();
  const show = useMutation({
    mutationFn: () =>
      platform.showPage(async () => ({
        name: `receipt-${orderNumber(orderId)}.html`,
        type: 'text/html',
        text: await api.call('orderReceipt', { params: { id: orderId }, query: { lang: language } }),
      })),
  });
  return (
    <View style={styles.receipt}>
      {show.isError ? <Notice tone="trouble" title={errorMessage(show.error)} /> : null}
      <Button
        kind="secondary"
        icon="ReceiptText"
        label={t('orders.receipt')}
        busy={show.isPending}
        testID="receipt"
        onPress={() => show.mutate()}
      />
    </View>
  );
}

const styles = StyleSheet.create({ receipt: { gap: space.m, alignItems: 'flex-start' } });
