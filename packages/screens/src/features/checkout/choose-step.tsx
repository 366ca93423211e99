import type { Money, PaymentMethod, ShippingAddress } from '@vybekart/contract';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { StyleSheet, View } from 'react-native';
import { useFormat } from '../../i18n/use-format';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { Picture } from '../../ui/picture';
import { Stepper } from '../../ui/stepper';
import { Text } from '../../ui/text';
import { radius, space } from '../../ui/tokens';
import { DeliverTo } from './address-form';
import type { Buyable, BuyableVariant } from './buyable';
import type { CheckoutState } from './checkout-state';
import { PaymentChoice } from './payment-choice';
import { VariantPicker } from './variant-picker';

interface Choice {
  variantId: string;
  quantity: number;
  unitPrice: Money;
  paymentMethod: PaymentMethod;
}

interface Props {
  item: Buyable;
  /** The shop lets its buyers pay at the door. */
  offersCash: boolean;
  state: CheckoutState;
  address: ShippingAddress | null;
  onAddress(address: ShippingAddress): void;
  /** The person looks at another variant: what was said about the last one no longer holds. */
  onChange(): void;
  onPlace(choice: Choice): void;
}

const mostAtOnce = 10;

/** Which one, how many, where to, paid when: and one button that says what it costs. */
export function ChooseStep({ item, offersCash, state, address, onAddress, onChange, onPlace }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [chosenId, setChosenId] = useState(() => firstAvailable(item)?.id ?? null);
  const [wanted, setWanted] = useState(1);
  const [wantedMethod, setWantedMethod] = useState<PaymentMethod>('online');
  const [newPrices, setNewPrices] = useState<Record<string, Money>>({});
  const chosen = item.variants.find((variant) => variant.id === chosenId) ?? firstAvailable(item);

  const { priceChange } = state;
  const chosenVariantId = chosen?.id;
  useEffect(() => {
    if (!priceChange || !chosenVariantId) return;
    setNewPrices((before) => ({ ...before, [chosenVariantId]: priceChange.newPrice }));
  }, [priceChange, chosenVariantId]);

  const unitPrice = chosen ? (newPrices[chosen.id] ?? chosen.price) : item.price;
  const most = Math.max(1, Math.min(mostAtOnce, chosen?.available ?? 0));
  const quantity = Math.min(wanted, most);
  const total = { ...unitPrice, amountMinor: unitPrice.amountMinor * quantity };
  const soldOut = !chosen || chosen.available <= 0;
  const busy = state.step === 'placing';
  const paymentMethod = offersCash ? wantedMethod : 'online';

  return (
    <View style={styles.step}>
      <View style={styles.head}>
        <Picture seed={item.productId} name={item.title} url={item.imageUrl} style={styles.picture} />
        <View style={styles.words}>
          <Text variant="heading" numberOfLines={2}>
            {item.title}
          </Text>
          <Text variant="title" tone="marigold" tabular>
            {format.money(unitPrice)}
          </Text>
        </View>
      </View>
      {priceChange ? (
        <Notice
          tone="warm"
          testID="error-price_changed"
          title={t('checkout.priceChanged.title')}
          body={t('checkout.priceChanged.body', {
            old: format.money(priceChange.oldPrice),
            new: format.money(priceChange.newPrice),
          })}
        />
      ) : null}
      {state.refusal ? (
        <Notice
          tone="trouble"
          testID={`error-${state.refusal}`}
          title={t('checkout.failed')}
          body={t(`errors.${state.refusal}`)}
        />
      ) : null}
      <VariantPicker
        item={item}
        chosenId={chosen?.id ?? null}
        onChoose={(id) => {
          setChosenId(id);
          onChange();
        }}
      />
      <View style={styles.row}>
        <Stepper
          label={t('checkout.quantity')}
          decreaseLabel={t('checkout.fewer')}
          increaseLabel={t('checkout.moreOf')}
          value={quantity}
          min={1}
          max={most}
          onChange={setWanted}
        />
        <View style={styles.total}>
          <Text variant="caption" tone="muted">
            {t('checkout.total')}
          </Text>
          <Text variant="title" tabular testID="total">
            {format.money(total)}
          </Text>
        </View>
      </View>
      <DeliverTo address={address} onChange={onAddress} />
      {offersCash && address ? <PaymentChoice chosen={paymentMethod} onChoose={setWantedMethod} /> : null}
      {address ? (
        <Button
          wide
          size="l"
          testID="pay"
          busy={busy}
          disabled={soldOut}
          label={payLabel()}
          onPress={() => chosen && onPlace({ variantId: chosen.id, quantity, unitPrice, paymentMethod })}
        />
      ) : null}
    </View>
  );

  function payLabel(): string {
    if (soldOut) return t('common.soldOut');
    if (busy) return t('checkout.holding');
    const amount = format.money(total);
    if (paymentMethod === 'cash_on_delivery') return t('checkout.orderForCash', { amount });
    return priceChange ? t('checkout.payNewPrice', { amount }) : t('checkout.pay', { amount });
  }
}

function firstAvailable(item: Buyable): BuyableVariant | undefined {
  return item.variants.find((variant) => variant.available > 0) ?? item.variants[0];
}

const styles = StyleSheet.create({
  step: { gap: space.l },
  head: { flexDirection: 'row', gap: space.m, alignItems: 'center' },
  picture: { width: 84, height: 84, borderRadius: radius.l },
  words: { flex: 1, minWidth: 0, gap: space.xs },
  row: { flexDirection: 'row', alignItems: 'center', justifyContent: 'space-between', gap: space.m },
  total: { alignItems: 'flex-end' },
});
