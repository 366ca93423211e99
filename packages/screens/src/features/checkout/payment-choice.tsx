import type { PaymentMethod } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { Pressable, StyleSheet, View } from 'react-native';
import type { IconName } from '../../platform/icons';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { color, radius, space } from '../../ui/tokens';

const choices = [
  { method: 'online', icon: 'CreditCard' },
  { method: 'cash_on_delivery', icon: 'Truck' },
] as const satisfies readonly { method: PaymentMethod; icon: IconName }[];

interface Props {
  chosen: PaymentMethod;
  onChoose(method: PaymentMethod): void;
}

/** Now or at the door; shown where the shop offers both. */
export function PaymentChoice({ chosen, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <View role="radiogroup" aria-label={t('checkout.method.label')} style={styles.group}>
      {choices.map(({ method, icon }) => {
        const isChosen = method === chosen;
        return (
          <Pressable
            key={method}
            role="radio"
            testID={`method-${method}`}
            aria-checked={isChosen}
            onPress={() => onChoose(method)}
            style={[styles.choice, effects.smooth, effects.noSelect, isChosen && styles.chosen]}
          >
            <Icon name={icon} tint={isChosen ? color.marigold : color.muted} />
            <View style={styles.words}>
              <Text variant="label">{t(`checkout.method.${method}`)}</Text>
              <Text variant="caption" tone="muted">
                {t(`checkout.method.${method}_body`)}
              </Text>
            </View>
            <View style={[styles.dot, isChosen && styles.dotChosen]} />
          </Pressable>
        );
      })}
    </View>
  );
}

const styles = StyleSheet.create({
  group: { gap: space.s },
  choice: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    minHeight: 56,
    padding: space.m,
    borderRadius: radius.m,
    borderWidth: 1.5,
    borderColor: color.lineStrong,
  },
  chosen: { borderColor: color.marigold, backgroundColor: color.marigoldSoft },
  words: { flex: 1, minWidth: 0 },
  dot: { width: 18, height: 18, borderRadius: 9, borderWidth: 2, borderColor: color.muted },
  dotChosen: { borderColor: color.marigold, borderWidth: 6 },
});
