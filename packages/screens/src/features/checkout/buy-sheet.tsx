import type { ShippingAddress } from '@vybekart/contract';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../app/client';
import { orderNumber } from '../../i18n/format';
import { useFormat } from '../../i18n/use-format';
import { paths } from '../../paths';
import { usePlatform } from '../../platform/context';
import { Sheet } from '../../ui/sheet';
import { useToast } from '../../ui/toast';
import { useShop } from '../account/use-shop';
import { loadAddress, saveAddress } from './address';
import type { Buyable } from './buyable';
import type { CheckoutFlow } from './checkout-flow';
import type { CheckoutStep, Placed } from './checkout-state';
import { ChooseStep } from './choose-step';
import { ClosedStep, PaidStep, type Place, SoldOutStep, WaitingStep } from './outcome-steps';
import { PayStep } from './pay-step';
import { useNewCheckout } from './use-new-checkout';

interface Props {
  /** What to buy; null closes the sheet. */
  item: Buyable | null;
  /** Of the shop that sells it. */
  shopHandle: string;
  streamId?: string;
  /** Where one comes back to when it is done. */
  place?: Place;
  onClose(): void;
}

/** From the choice to the paid order without leaving the show. Closing keeps what is reserved. */
export function BuySheet({ item, shopHandle, streamId, place = 'show', onClose }: Props) {
  const { t } = useTranslation();
  const flows = useCheckoutFlows(item?.productId ?? null);
  const close = () => {
    if (item) flows.leave(item.productId);
    onClose();
  };
  return (
    <Sheet open={item !== null} title={t('checkout.title')} onClose={close} testID="buy-sheet">
      {item ? (
        <Purchase
          item={item}
          shopHandle={shopHandle}
          flow={flows.of(item.productId)}
          streamId={streamId}
          place={place}
          onClose={close}
        />
      ) : null}
    </Sheet>
  );
}

const unfinished: readonly CheckoutStep[] = ['paying', 'confirming', 'authenticating', 'declined', 'waiting'];

/** A purchase that is under way is found again when its sheet is opened once more, and tells when it is done. */
function useCheckoutFlows(openProductId: string | null) {
  const newCheckout = useNewCheckout();
  const tellPaid = useTellPaid();
  const [flows] = useState(() => new Map<string, CheckoutFlow>());
  const shown = useRef({ openProductId, tellPaid });
  shown.current = { openProductId, tellPaid };
  useEffect(
    () => () => {
      for (const flow of flows.values()) flow.close();
    },
    [flows],
  );
  const leave = (productId: string) => {
    const flow = flows.get(productId);
    if (!flow || unfinished.includes(flow.getSnapshot().step)) return;
    flow.close();
    flows.delete(productId);
  };
  return {
    of(productId: string): CheckoutFlow {
      const known = flows.get(productId);
      if (known) return known;
      const flow = newCheckout();
      flow.subscribe(() => {
        const { step, placed } = flow.getSnapshot();
        if ((step !== 'paid' && step !== 'promised') || shown.current.openProductId === productId) return;
        if (placed) shown.current.tellPaid(placed);
        leave(productId);
      });
      flows.set(productId, flow);
      return flow;
    },
    leave,
  };
}

function useTellPaid(): (placed: Placed) => void {
  const { t } = useTranslation();
  const toast = useToast();
  const { navigation } = usePlatform();
  const format = useFormat();
  return ({ order, payment }) =>
    toast.show({
      icon: 'BadgeCheck',
      tone: 'festive',
      title: t('checkout.paid.title'),
      body: t(payment.provider === 'cash_on_delivery' ? 'checkout.promised.body' : 'checkout.paid.body', {
        number: orderNumber(order.id),
        shop: order.shop.name,
        amount: format.money(order.total),
      }),
      onPress: () => navigation.push(paths.order(order.id)),
    });
}

interface PurchaseProps {
  item: Buyable;
  shopHandle: string;
  flow: CheckoutFlow;
  streamId: string | undefined;
  place: Place;
  onClose(): void;
}

function Purchase({ item, shopHandle, flow, streamId, place, onClose }: PurchaseProps) {
  const { storage } = usePlatform();
  const shop = useShop(shopHandle);
  const state = useSyncExternalStore(flow.subscribe, flow.getSnapshot, flow.getSnapshot);
  const userId = useSession().user?.id ?? '';
  const [address, setAddress] = useState<ShippingAddress | null>(() => loadAddress(storage, userId));
  const [lastVariantId, setLastVariantId] = useState('');
  const remember = (known: ShippingAddress) => {
    saveAddress(storage, userId, known);
    setAddress(known);
  };

  switch (state.step) {
    case 'choosing':
    case 'placing':
    case 'price_changed':
    case 'refused':
      return (
        <ChooseStep
          item={item}
          offersCash={shop.data?.cashOnDelivery ?? false}
          state={state}
          address={address}
          onAddress={remember}
          onChange={() => flow.change()}
          onPlace={({ variantId, quantity, unitPrice, paymentMethod }) => {
            setLastVariantId(variantId);
            void flow.place(
              {
                streamId,
                items: [{ variantId, quantity, expectedUnitPriceMinor: unitPrice.amountMinor }],
                ...(address ? { shippingAddress: address } : {}),
                paymentMethod,
              },
              unitPrice,
            );
          }}
        />
      );
    case 'sold_out':
      return (
        <SoldOutStep
          name={nameOf(item, lastVariantId)}
          available={state.available ?? 0}
          onAgain={() => flow.change()}
        />
      );
    case 'paying':
    case 'confirming':
    case 'authenticating':
    case 'declined':
      return <PayStep flow={flow} state={state} />;
    case 'waiting':
      return <WaitingStep place={place} onClose={onClose} />;
    case 'paid':
    case 'promised':
      return <PaidStep placed={state.placed} place={place} onClose={onClose} />;
    case 'expired':
      return <ClosedStep end={state.end ?? 'expired'} onAgain={() => flow.change()} />;
  }
}

/** With its variant, where there are several. */
function nameOf({ title, variants }: Buyable, variantId: string): string {
  const variant = variants.length > 1 && variants.find(({ id }) => id === variantId);
  return variant ? `${title}, ${variant.title}` : title;
}
