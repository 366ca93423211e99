import type { Stripe, StripeElements } from '@stripe/stripe-js';
import { loadStripe } from '@stripe/stripe-js/pure';
import { Button, Notice, Spinner, type StripePaymentProps } from '@vybekart/screens';
import { useEffect, useRef, useState } from 'react';

type Form =
  | { kind: 'loading' }
  | { kind: 'failed' }
  | { kind: 'ready'; stripe: Stripe; elements: StripeElements };

const appearance = {
  theme: 'night',
  variables: {
    colorPrimary: '#FFB224',
    colorBackground: '#120B10',
    colorText: '#FFF3E6',
    colorDanger: '#FF8374',
    borderRadius: '12px',
    fontFamily: 'system-ui, sans-serif',
  },
} as const;

/** Stripe's Payment Element. Card data goes from it to Stripe, never through this app or its server. */
export function StripePayment({ payment, words, onConfirming, onOutcome }: StripePaymentProps) {
  const place = useRef<HTMLDivElement>(null);
  const [form, setForm] = useState<Form>({ kind: 'loading' });
  const [isBusy, setIsBusy] = useState(false);
  const { publishableKey, clientSecret } = payment;

  useEffect(() => {
    let isGone = false;
    let elements: StripeElements | null = null;
    loadStripe(publishableKey).then(
      (stripe) => {
        if (isGone || !place.current) return;
        if (!stripe) {
          setForm({ kind: 'failed' });
          return;
        }
        elements = stripe.elements({ clientSecret, appearance, locale: 'auto' });
        elements.create('payment', { layout: 'accordion' }).mount(place.current);
        setForm({ kind: 'ready', stripe, elements });
      },
      () => {
        if (!isGone) setForm({ kind: 'failed' });
      },
    );
    return () => {
      isGone = true;
      elements?.getElement('payment')?.destroy();
    };
  }, [publishableKey, clientSecret]);

  const pay = async (stripe: Stripe, elements: StripeElements) => {
    setIsBusy(true);
    onConfirming();
    try {
      const { error } = await stripe.confirmPayment({
        elements,
        redirect: 'if_required',
        confirmParams: { return_url: window.location.href },
      });
      onOutcome(error ? { kind: 'declined', reason: error.message ?? null } : { kind: 'submitted' });
    } catch {
      onOutcome({ kind: 'unreachable' });
    } finally {
      setIsBusy(false);
    }
  };

  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: 16 }}>
      <div ref={place} />
      {form.kind === 'loading' ? <Spinner /> : null}
      {form.kind === 'failed' ? <Notice tone="trouble" title={words.loadFailed} /> : null}
      {form.kind === 'ready' ? (
        <Button
          wide
          size="l"
          busy={isBusy}
          label={words.pay}
          onPress={() => void pay(form.stripe, form.elements)}
        />
      ) : null}
    </div>
  );
}
