import { useMutation } from '@tanstack/react-query';
import type { Order } from '@vybekart/contract';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useApi } from '../../app/client';
import { useServerClockOffset } from '../../app/server-clock';
import { useErrorMessage } from '../../i18n/error-message';
import { useFormat } from '../../i18n/use-format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Notice } from '../../ui/notice';
import { space } from '../../ui/tokens';
import type { CheckoutFlow } from '../checkout/checkout-flow';
import { HoldCountdown } from '../checkout/hold-countdown';
import { WaitingStep } from '../checkout/outcome-steps';
import { PayStep } from '../checkout/pay-step';
import { useNewCheckout } from '../checkout/use-new-checkout';

/** For who left the checkout before paying: how long the order is held, and the way to pay it. */
export function PayOrder({ order, expiresAt }: { order: Order; expiresAt: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const api = useApi();
  const errorMessage = useErrorMessage();
  const serverClockOffsetMs = useServerClockOffset();
  const newCheckout = useNewCheckout();
  const [flow, setFlow] = useState<CheckoutFlow | null>(null);
  useEffect(() => () => flow?.close(), [flow]);
  const open = useMutation({
    mutationFn: () => api.call('paymentToConfirm', { params: { id: order.id } }),
    onSuccess: (payment) => {
      const resumed = newCheckout();
      resumed.resume({ order, reservation: { expiresAt }, payment });
      setFlow(resumed);
    },
  });
  if (flow) return <Paying flow={flow} onClose={() => setFlow(null)} />;
  return (
    <View style={styles.column}>
      <HoldCountdown expiresAt={expiresAt} serverClockOffsetMs={serverClockOffsetMs} />
      {open.isError ? <Notice tone="trouble" title={errorMessage(open.error)} /> : null}
      <Button
        wide
        size="l"
        testID="go-on-paying"
        busy={open.isPending}
        label={t('checkout.pay', { amount: format.money(order.total) })}
        onPress={() => open.mutate()}
      />
    </View>
  );
}

function Paying({ flow, onClose }: { flow: CheckoutFlow; onClose(): void }) {
  const state = useSyncExternalStore(flow.subscribe, flow.getSnapshot, flow.getSnapshot);
  return (
    <Card>
      {state.step === 'waiting' ? (
        <WaitingStep place="shop" onClose={onClose} />
      ) : (
        <PayStep flow={flow} state={state} />
      )}
    </Card>
  );
}

const styles = StyleSheet.create({ column: { gap: space.m } });
