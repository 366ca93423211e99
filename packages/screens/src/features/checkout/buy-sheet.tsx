import { systemClock } from '@vybekart/client';
import type { ShippingAddress } from '@vybekart/contract';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../../app/client';
import { usePlatform } from '../../platform/context';
import { Sheet } from '../../ui/sheet';
import { loadAddress, saveAddress } from './address';
import type { Buyable } from './buyable';
import { CheckoutFlow } from './checkout-flow';
import type { CheckoutStep } from './checkout-state';
import { ChooseStep } from './choose-step';
import { ClosedStep, PaidStep, SoldOutStep, WaitingStep } from './outcome-steps';
import { PayStep } from './pay-step';

interface Props {
  /** What to buy; null closes the sheet. */
  item: Buyable | null;
  streamId?: string;
  onClose(): void;
}

/** From the choice to the paid order without leaving the show. Closing keeps what is reserved. */
export function BuySheet({ item, streamId, onClose }: Props) {
  const { t } = useTranslation();
  const flows = useCheckoutFlows();
  const close = () => {
    if (item) flows.leave(item.productId);
    onClose();
  };
  return (
    <Sheet open={item !== null} title={t('checkout.title')} onClose={close} testID="buy-sheet">
      {item ? (
        <Purchase item={item} flow={flows.of(item.productId)} streamId={streamId} onClose={close} />
      ) : null}
    </Sheet>
  );
}

const unfinished: readonly CheckoutStep[] = ['paying', 'confirming', 'authenticating', 'declined', 'waiting'];

/** A purchase that is under way is found again when its sheet is opened once more. */
function useCheckoutFlows() {
  const { api, live } = useClient();
  const [flows] = useState(() => new Map<string, CheckoutFlow>());
  useEffect(
    () => () => {
      for (const flow of flows.values()) flow.close();
    },
    [flows],
  );
  return {
    of(productId: string): CheckoutFlow {
      const known = flows.get(productId);
      if (known) return known;
      const flow = new CheckoutFlow({
        api,
        live,
        clock: systemClock,
        fetch: (url, init) => fetch(url, init),
      });
      flows.set(productId, flow);
      return flow;
    },
    leave(productId: string): void {
      const flow = flows.get(productId);
      if (!flow || unfinished.includes(flow.getSnapshot().step)) return;
      flow.close();
      flows.delete(productId);
    },
  };
}

interface PurchaseProps {
  item: Buyable;
  flow: CheckoutFlow;
  streamId: string | undefined;
  onClose(): void;
}

function Purchase({ item, flow, streamId, onClose }: PurchaseProps) {
  const { storage } = usePlatform();
  const state = useSyncExternalStore(flow.subscribe, flow.getSnapshot, flow.getSnapshot);
  const [address, setAddress] = useState<ShippingAddress | null>(() => loadAddress(storage));
  const remember = (known: ShippingAddress) => {
    saveAddress(storage, known);
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
          state={state}
          address={address}
          onAddress={remember}
          onChange={() => flow.change()}
          onPlace={({ variantId, quantity, unitPrice }) =>
            void flow.place(
              {
                streamId,
                items: [{ variantId, quantity, expectedUnitPriceMinor: unitPrice.amountMinor }],
                ...(address ? { shippingAddress: address } : {}),
              },
              unitPrice,
            )
          }
        />
      );
    case 'sold_out':
      return <SoldOutStep item={item} available={state.available ?? 0} onAgain={() => flow.change()} />;
    case 'paying':
    case 'confirming':
    case 'authenticating':
    case 'declined':
      return <PayStep flow={flow} state={state} />;
    case 'waiting':
      return <WaitingStep onClose={onClose} />;
    case 'paid':
      return <PaidStep placed={state.placed} onClose={onClose} />;
    case 'expired':
      return <ClosedStep onAgain={() => flow.change()} />;
  }
}
