import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useErrorMessage } from '../../i18n/error-message';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { Chip } from '../../ui/chip';
import { Notice } from '../../ui/notice';
import { Sheet } from '../../ui/sheet';
import { Text } from '../../ui/text';
import { space } from '../../ui/tokens';
import { daysOf, type ExportPeriod, exportPeriods } from './export-period';

/** What the server sends first and every reader of text takes off again; Excel needs it to see Hindi. */
const byteOrderMark = '\ufeff';

export function ExportSheet({ open, onClose }: { open: boolean; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Sheet open={open} title={t('fulfilment.export.title')} onClose={onClose} testID="export-sheet">
      {open ? <ExportForm onDone={onClose} /> : null}
    </Sheet>
  );
}

function ExportForm({ onDone }: { onDone(): void }) {
  const { t } = useTranslation();
  const api = useApi();
  const platform = usePlatform();
  const errorMessage = useErrorMessage();
  const [period, setPeriod] = useState<ExportPeriod>('thisMonth');
  const download = useMutation({
    mutationFn: async () => {
      const days = daysOf(period, Date.now());
      const text = await api.call('exportSellerOrders', { query: days });
      const name = ['orders', days.from, days.to].filter(Boolean).join('-');
      return platform.saveFile({ name: `${name}.csv`, type: 'text/csv', text: byteOrderMark + text });
    },
    onSuccess: (outcome) => {
      if (outcome === 'saved') onDone();
    },
  });
  return (
    <View style={styles.form}>
      {download.isError ? <Notice tone="trouble" title={errorMessage(download.error)} /> : null}
      <Text tone="muted">{t('fulfilment.export.body')}</Text>
      <View role="radiogroup" aria-label={t('fulfilment.export.period')} style={styles.chips}>
        {exportPeriods.map((choice) => (
          <Chip
            key={choice}
            label={t(`fulfilment.export.${choice}`)}
            selected={choice === period}
            testID={`period-${choice}`}
            onPress={() => setPeriod(choice)}
          />
        ))}
      </View>
      <Button
        wide
        size="l"
        icon="Download"
        testID="download-orders"
        busy={download.isPending}
        label={t('fulfilment.export.action')}
        onPress={() => download.mutate()}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  form: { gap: space.l },
  chips: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
});
