import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Variant } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useAttemptKey } from '../../app/attempt-key';
import { useApi } from '../../app/client';
import { queryKeys } from '../../app/query-keys';
import { useErrorMessage } from '../../i18n/error-message';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { Sheet } from '../../ui/sheet';
import { space } from '../../ui/tokens';
import { readDelta, signedDelta } from './stock-delta';
import { StockHistory } from './stock-history';

export interface StockTarget {
  title: string;
  variant: Variant;
}

export function StockSheet({ target, onClose }: { target: StockTarget | null; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Sheet
      open={target !== null}
      title={target ? t('inventory.adjustFor', { product: target.title }) : ''}
      onClose={onClose}
      testID="stock-sheet"
    >
      {target ? <StockForm target={target} onDone={onClose} /> : null}
      {target ? <StockHistory variant={target.variant} /> : null}
    </Sheet>
  );
}

function StockForm({ target, onDone }: { target: StockTarget; onDone(): void }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const errorMessage = useErrorMessage();
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const [wasTried, setWasTried] = useState(false);
  const keyOf = useAttemptKey();
  const delta = readDelta(text);
  const usualReason = t(delta !== null && delta < 0 ? 'inventory.reasonForFewer' : 'inventory.reasonHint');
  const adjust = useMutation({
    mutationFn: (by: number) => {
      const body = { delta: by, reason: reason.trim() || usualReason };
      return api.call('adjustStock', {
        params: { id: target.variant.id },
        body,
        idempotencyKey: keyOf(body),
      });
    },
    // Also after a failure: the answer may have been lost on its way back, and the history knows.
    onSettled: () =>
      void queries.invalidateQueries({ queryKey: queryKeys.stockMovements(target.variant.id) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: queryKeys.allProducts });
      onDone();
    },
  });
  return (
    <View style={styles.form}>
      {adjust.isError ? <Notice tone="trouble" title={errorMessage(adjust.error)} /> : null}
      <Field
        label={t('inventory.delta')}
        testID="stock-delta"
        value={text}
        onChangeText={setText}
        error={wasTried && delta === null ? t('inventory.deltaWrong') : undefined}
      />
      <Field
        label={`${t('inventory.reason')} (${t('common.optional')})`}
        placeholder={usualReason}
        testID="stock-reason"
        maxLength={200}
        value={reason}
        onChangeText={setReason}
      />
      <Button
        wide
        size="l"
        testID="save-stock"
        busy={adjust.isPending}
        label={
          delta === null ? t('inventory.adjust') : t('inventory.adjustAction', { delta: signedDelta(delta) })
        }
        onPress={() => {
          setWasTried(true);
          if (delta !== null) adjust.mutate(delta);
        }}
      />
    </View>
  );
}

const styles = StyleSheet.create({ form: { gap: space.m } });
