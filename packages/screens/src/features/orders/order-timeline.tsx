import type { Order } from '@vybekart/contract';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { effects } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { color, space } from '../../ui/tokens';
import { orderTimeline } from './order-status';

export function OrderTimeline({ order }: { order: Order }) {
  const { t } = useTranslation();
  const steps = orderTimeline(order);
  return (
    <View role="list" aria-label={t('orders.timeline.label')}>
      {steps.map((step, index) => (
        <View
          key={step.key}
          role="listitem"
          style={[styles.step, index === steps.length - 1 && styles.last]}
          aria-label={`${t(`orders.timeline.${step.key}`)}, ${t(`orders.timeline.${step.state}`)}`}
        >
          <View style={styles.rail}>
            <View style={[styles.dot, styles[step.state], step.state === 'now' && effects.pulseDot]}>
              {step.state === 'done' ? <Icon name="Check" size={14} tint={color.onMarigold} /> : null}
            </View>
            {index < steps.length - 1 ? (
              <View style={[styles.line, step.state === 'done' && styles.lineDone]} />
            ) : null}
          </View>
          <Text variant="label" tone={step.state === 'later' ? 'faint' : 'text'} style={styles.words}>
            {t(`orders.timeline.${step.key}`)}
          </Text>
        </View>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  step: { flexDirection: 'row', gap: space.m, minHeight: 46 },
  last: { minHeight: 24 },
  rail: { width: 24, alignItems: 'center' },
  dot: {
    width: 24,
    height: 24,
    borderRadius: 12,
    alignItems: 'center',
    justifyContent: 'center',
    borderWidth: 2,
  },
  done: { backgroundColor: color.leaf, borderColor: color.leaf },
  now: { backgroundColor: color.marigoldSoft, borderColor: color.marigold },
  later: { borderColor: color.lineStrong },
  line: { flex: 1, width: 2, marginVertical: 2, backgroundColor: color.lineStrong },
  lineDone: { backgroundColor: color.leaf },
  words: { paddingTop: 1 },
});
