import { useTranslation } from 'react-i18next';
import { Pressable, StyleSheet, View } from 'react-native';
import type { IconName } from '../../platform/icons';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';
import type { TestMethod } from './local-payment';

const choices = [
  { method: 'cardOk', icon: 'CreditCard', testID: 'pay-card-ok' },
  { method: 'cardSecure', icon: 'ShieldCheck', testID: 'pay-card-3ds' },
  { method: 'upi', icon: 'Smartphone', testID: 'pay-upi-delayed' },
  { method: 'cardDeclined', icon: 'CircleAlert', testID: 'pay-card-declined' },
] as const satisfies readonly { method: TestMethod; icon: IconName; testID: string }[];

interface Props {
  busy: boolean;
  onPay(method: TestMethod): void;
}

/** Stands in for a payment form while the server runs without a provider; says so, in a frame of its own. */
export function TestPayment({ busy, onPay }: Props) {
  const { t } = useTranslation();
  return (
    <View style={styles.box} testID="test-payment">
      <View style={styles.tag}>
        <Text variant="micro" tone="onMarigold">
          {t('checkout.payment.testTitle')}
        </Text>
      </View>
      <Text variant="caption" tone="muted">
        {t('checkout.payment.testBody')}
      </Text>
      <View style={styles.choices} role="group" aria-label={t('checkout.payment.payWith')}>
        {choices.map(({ method, icon, testID }) => (
          <Pressable
            key={method}
            role="button"
            testID={testID}
            disabled={busy}
            aria-disabled={busy}
            onPress={() => onPay(method)}
            style={({ pressed }) => [
              styles.choice,
              effects.smooth,
              effects.noSelect,
              pressed && styles.pressed,
              busy && styles.busy,
            ]}
          >
            <Icon name={icon} tint={method === 'cardDeclined' ? color.danger : color.marigold} />
            <Text variant="label" style={styles.label}>
              {t(`checkout.payment.${method}`)}
            </Text>
            <Icon name="ChevronRight" size={18} tint={color.faint} />
          </Pressable>
        ))}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  box: {
    gap: space.m,
    padding: space.m,
    borderRadius: radius.l,
    borderWidth: 1.5,
    borderStyle: 'dashed',
    borderColor: 'rgba(255, 178, 36, 0.55)',
  },
  tag: {
    alignSelf: 'flex-start',
    paddingHorizontal: space.s,
    paddingVertical: 2,
    borderRadius: radius.s,
    backgroundColor: color.marigold,
  },
  choices: { gap: space.s },
  choice: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    minHeight: 52,
    paddingHorizontal: space.m,
    borderRadius: radius.m,
    backgroundColor: color.raised,
  },
  label: { flex: 1 },
  pressed: { backgroundColor: color.pressed },
  busy: { opacity: 0.5 },
});
