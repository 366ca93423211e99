import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useServerClockOffset } from '../../app/server-clock';
import { useFormat } from '../../i18n/use-format';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { Spinner } from '../../ui/spinner';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import type { CheckoutFlow } from './checkout-flow';
import type { CheckoutState } from './checkout-state';
import { CodeEntry } from './code-entry';
import { HoldCountdown } from './hold-countdown';
import { TestPayment } from './test-payment';

/** The item is held: how long, how much, and the provider's way to pay, or the code with which to promise it. */
export function PayStep({ flow, state }: { flow: CheckoutFlow; state: CheckoutState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { StripePayment } = usePlatform();
  const serverClockOffsetMs = useServerClockOffset();
  const { placed, step } = state;
  if (!placed) return null;
  const { payment } = placed;
  const amount = format.money(placed.order.total);
  const busy = step === 'confirming';
  return (
    <View style={styles.step}>
      <HoldCountdown expiresAt={placed.reservation.expiresAt} serverClockOffsetMs={serverClockOffsetMs} />
      <View style={styles.row}>
        <Text variant="label" tone="muted" numberOfLines={2} style={styles.what}>
          {placed.order.items
            .map((item) =>
              t('orders.quantity', { count: item.quantity, title: `${item.title}, ${item.variantTitle}` }),
            )
            .join(', ')}
        </Text>
        <Text variant="title" tabular>
          {amount}
        </Text>
      </View>
      {step === 'declined' ? (
        <Notice
          tone="trouble"
          testID="error-declined"
          title={t('checkout.declined.title')}
          body={t('checkout.declined.body')}
        />
      ) : null}
      {state.isPaymentUnreachable ? (
        <Notice tone="trouble" testID="error-payment_unavailable" title={t('errors.payment_unavailable')} />
      ) : null}
      {payment.provider === 'cash_on_delivery' ? (
        <CodeEntry
          sent={payment}
          problem={state.codeProblem}
          triesLeft={state.triesLeft}
          busy={busy}
          onCode={(code) => void flow.giveCode(code)}
          onSendAnother={() => void flow.sendAnotherCode()}
        />
      ) : step === 'authenticating' ? (
        <BankQuestion onAnswer={(approves) => void flow.answerBank(approves)} />
      ) : payment.provider === 'local' ? (
        <TestPayment busy={busy} onPay={(method) => void flow.payLocally(method)} />
      ) : (
        <StripePayment
          payment={payment}
          words={{ pay: t('checkout.pay', { amount }), loadFailed: t('checkout.payment.loadFailed') }}
          onConfirming={() => flow.beginConfirming()}
          onOutcome={(outcome) => flow.confirmed(outcome)}
        />
      )}
      {busy && payment.provider !== 'cash_on_delivery' ? (
        <View style={styles.busy} role="status">
          <Spinner />
          <Text variant="label">{t('checkout.payment.confirming')}</Text>
        </View>
      ) : null}
    </View>
  );
}

function BankQuestion({ onAnswer }: { onAnswer(approves: boolean): void }) {
  const { t } = useTranslation();
  return (
    <View style={styles.bank} testID="bank-question">
      <Text variant="heading" level={3}>
        {t('checkout.secure.title')}
      </Text>
      <Text variant="caption" tone="muted">
        {t('checkout.secure.body')}
      </Text>
      <Button
        wide
        icon="ShieldCheck"
        testID="bank-approve"
        label={t('checkout.secure.approve')}
        onPress={() => onAnswer(true)}
      />
      <Button
        wide
        kind="secondary"
        testID="bank-refuse"
        label={t('checkout.secure.refuse')}
        onPress={() => onAnswer(false)}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  step: { gap: space.l },
  row: { flexDirection: 'row', alignItems: 'center', justifyContent: 'space-between', gap: space.l },
  what: { flex: 1, minWidth: 0 },
  busy: { flexDirection: 'row', alignItems: 'center', justifyContent: 'center', gap: space.s, minHeight: 32 },
  bank: {
    gap: space.m,
    padding: space.l,
    borderRadius: radius.l,
    borderWidth: 1.5,
    borderStyle: 'dashed',
    borderColor: color.lineStrong,
  },
});
