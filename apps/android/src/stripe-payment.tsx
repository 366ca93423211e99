import {
  initPaymentSheet,
  initStripe,
  PaymentSheetError,
  presentPaymentSheet,
} from '@stripe/stripe-react-native';
import { Button, Notice, Spinner, type StripePaymentProps } from '@vybekart/screens';
import { useEffect, useState } from 'react';

type Sheet = 'loading' | 'failed' | 'ready' | 'open';

const appearance = {
  colors: {
    primary: '#FFB224',
    background: '#1B1218',
    componentBackground: '#261A22',
    componentBorder: '#4A3C41',
    componentDivider: '#4A3C41',
    primaryText: '#FFF3E6',
    secondaryText: '#CFBDB3',
    componentText: '#FFF3E6',
    placeholderText: '#A8948C',
    icon: '#CFBDB3',
    error: '#FF8374',
  },
  shapes: { borderRadius: 12 },
  primaryButton: { colors: { background: '#FFB224', text: '#241200', border: '#FFB224' } },
};

/**
 * Stripe's PaymentSheet. Card data goes from it to Stripe, never through this app or its server. A declined card
 * is answered inside the sheet, which stays open; closing it leaves the order held and unpaid.
 */
export function StripePayment({ payment, words, onConfirming, onOutcome }: StripePaymentProps) {
  const [sheet, setSheet] = useState<Sheet>('loading');
  const { publishableKey, clientSecret } = payment;

  useEffect(() => {
    let isGone = false;
    const prepare = async () => {
      await initStripe({ publishableKey });
      const { error } = await initPaymentSheet({
        paymentIntentClientSecret: clientSecret,
        merchantDisplayName: 'VybeKart',
        style: 'alwaysDark',
        appearance,
      });
      if (error) throw new Error(error.message);
    };
    prepare().then(
      () => !isGone && setSheet('ready'),
      () => !isGone && setSheet('failed'),
    );
    return () => {
      isGone = true;
    };
  }, [publishableKey, clientSecret]);

  const pay = async () => {
    setSheet('open');
    const { error, didCancel } = await presentPaymentSheet();
    setSheet('ready');
    if (didCancel || error?.code === PaymentSheetError.Canceled) return;
    onConfirming();
    if (!error) onOutcome({ kind: 'submitted' });
    else if (error.code === PaymentSheetError.Timeout) onOutcome({ kind: 'unreachable' });
    else onOutcome({ kind: 'declined', reason: error.localizedMessage ?? null });
  };

  if (sheet === 'loading') return <Spinner />;
  if (sheet === 'failed') return <Notice tone="trouble" title={words.loadFailed} />;
  return <Button wide size="l" busy={sheet === 'open'} label={words.pay} onPress={() => void pay()} />;
}
