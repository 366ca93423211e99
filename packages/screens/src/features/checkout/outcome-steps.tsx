import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { orderNumber } from '../../i18n/format';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Button } from '../../ui/button';
import { effects, linearGradient } from '../../ui/effects';
import { Icon } from '../../ui/icon';
import { Spinner } from '../../ui/spinner';
import { StateView } from '../../ui/state-view';
import { Text } from '../../ui/text';
import { color, gradient, space } from '../../ui/tokens';
import type { OrderEnd, Placed } from './checkout-state';

const slowAfterMs = 12_000;

/** Where the sheet was opened: over a show, or in a shop. */
export type Place = 'show' | 'shop';

/** Paid at the provider; the order follows when the provider has told the server. */
export function WaitingStep({ place, onClose }: { place: Place; onClose(): void }) {
  const { t } = useTranslation();
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), slowAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <View style={styles.centre} role="status" testID="order-waiting">
      <Spinner size={40} />
      <Text variant="title" level={2} style={styles.text}>
        {t('checkout.waiting.title')}
      </Text>
      <Text tone="muted" style={styles.text}>
        {t(isSlow ? 'checkout.waiting.slow' : `checkout.waiting.body_${place}`)}
      </Text>
      <Button kind="secondary" label={t(`checkout.waiting.goOn_${place}`)} onPress={onClose} />
    </View>
  );
}

/** Paid, or promised to be paid at the door: either way it is the buyer's. */
interface PaidProps {
  placed: Placed | null;
  place: Place;
  onClose(): void;
}

export function PaidStep({ placed, place, onClose }: PaidProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { navigation, vibrate } = usePlatform();
  useEffect(() => vibrate(), [vibrate]);
  if (!placed) return null;
  const { order, payment } = placed;
  const isPromised = payment.provider === 'cash_on_delivery';
  const amount = format.money(order.total);
  return (
    <View
      style={styles.centre}
      testID={isPromised ? 'order-promised' : 'order-paid'}
      role="status"
      aria-live="assertive"
    >
      <View style={[styles.medal, linearGradient(140, gradient.brand), effects.pop, effects.glow]}>
        <Icon name="Check" size={46} tint={color.onMarigold} />
      </View>
      <Text variant="display" level={2} style={styles.text}>
        {t('checkout.paid.title')}
      </Text>
      <Text tone="muted" style={styles.text}>
        {t(isPromised ? 'checkout.promised.body' : 'checkout.paid.body', {
          number: orderNumber(order.id),
          shop: order.shop.name,
          amount,
        })}
      </Text>
      <Button wide size="l" label={t(`checkout.paid.done_${place}`)} onPress={onClose} />
      <Button
        kind="quiet"
        label={t('checkout.paid.view')}
        onPress={() => navigation.push(paths.order(order.id))}
      />
    </View>
  );
}

interface SoldOutProps {
  name: string;
  available: number;
  onAgain(): void;
}

export function SoldOutStep({ name, available, onAgain }: SoldOutProps) {
  const { t } = useTranslation();
  return (
    <View role="status" aria-live="assertive">
      <StateView
        icon="ShoppingBag"
        tone="warm"
        testID="error-out_of_stock"
        title={t('checkout.soldOut.title')}
        body={t('checkout.soldOut.body', { count: available, product: name })}
      >
        <Button label={t('checkout.soldOut.another')} onPress={onAgain} />
      </StateView>
    </View>
  );
}

export function ClosedStep({ end, onAgain }: { end: OrderEnd; onAgain(): void }) {
  const { t } = useTranslation();
  return (
    <View role="status" aria-live="assertive">
      <StateView
        icon="Clock"
        tone="warm"
        testID={`order-${end}`}
        title={t(`checkout.${end}.title`)}
        body={t(`checkout.${end}.body`)}
      >
        <Button label={t('checkout.expired.again')} onPress={onAgain} />
      </StateView>
    </View>
  );
}

const styles = StyleSheet.create({
  centre: { alignItems: 'center', gap: space.m, paddingVertical: space.l },
  text: { textAlign: 'center', maxWidth: 380 },
  medal: {
    width: 88,
    height: 88,
    borderRadius: 44,
    alignItems: 'center',
    justifyContent: 'center',
    marginBottom: space.s,
  },
});
