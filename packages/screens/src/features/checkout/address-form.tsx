import type { ShippingAddress } from '@vybekart/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Pressable, StyleSheet, View } from 'react-native';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Form } from '../../ui/form';
import { Icon } from '../../ui/icon';
import { Text } from '../../ui/text';
import { color, radius, space, tapTarget } from '../../ui/tokens';
import {
  type AddressDraft,
  type AddressProblems,
  addressLine,
  checkAddress,
  draftOf,
  emptyAddress,
} from './address';

interface Props {
  address: ShippingAddress | null;
  onChange(address: ShippingAddress): void;
}

/** A known address is one line with "Change"; an unknown one is asked for, once. */
export function DeliverTo({ address, onChange }: Props) {
  const { t } = useTranslation();
  const [isEditing, setIsEditing] = useState(false);
  if (!address || isEditing) {
    return (
      <AddressForm
        address={address}
        onDone={(done) => {
          setIsEditing(false);
          onChange(done);
        }}
      />
    );
  }
  return (
    <View style={styles.known}>
      <Icon name="MapPin" tint={color.marigold} />
      <View style={styles.words}>
        <Text variant="micro" tone="muted">
          {t('checkout.deliverTo')}
        </Text>
        <Text variant="caption" numberOfLines={2}>
          {addressLine(address)}
        </Text>
      </View>
      <Pressable role="button" onPress={() => setIsEditing(true)} style={styles.change}>
        <Text variant="label" tone="marigold">
          {t('checkout.change')}
        </Text>
      </Pressable>
    </View>
  );
}

function AddressForm({
  address,
  onDone,
}: {
  address: ShippingAddress | null;
  onDone(address: ShippingAddress): void;
}) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<AddressDraft>(address ? draftOf(address) : emptyAddress);
  const [problems, setProblems] = useState<AddressProblems>({});
  const field = (name: keyof AddressDraft) => ({
    value: draft[name],
    onChangeText: (value: string) => {
      setDraft((before) => ({ ...before, [name]: value }));
      setProblems((before) => ({ ...before, [name]: undefined }));
    },
    error: problems[name] ? t(problems[name]) : undefined,
    testID: `address-${name}`,
  });
  const submit = () => {
    const checked = checkAddress(draft);
    if ('address' in checked) onDone(checked.address);
    else setProblems(checked.problems);
  };
  return (
    <Form>
      <View style={styles.form} role="group" aria-label={t('checkout.address.title')}>
        <Text variant="label">{t('checkout.address.title')}</Text>
        <Field label={t('checkout.address.name')} fill="name" {...field('name')} />
        <Field
          label={t('checkout.address.phone')}
          fill="phone"
          keyboardType="phone-pad"
          inputMode="tel"
          {...field('phone')}
        />
        <Field label={t('checkout.address.line1')} fill="line1" {...field('line1')} />
        <Field
          label={`${t('checkout.address.line2')} (${t('common.optional')})`}
          fill="line2"
          {...field('line2')}
        />
        <View style={styles.pair}>
          <Field
            label={t('checkout.address.postalCode')}
            fill="postalCode"
            keyboardType="number-pad"
            inputMode="numeric"
            maxLength={7}
            {...field('postalCode')}
          />
          <Field label={t('checkout.address.city')} fill="city" {...field('city')} />
        </View>
        <Field
          label={t('checkout.address.state')}
          fill="state"
          onSubmitEditing={submit}
          {...field('state')}
        />
        <Button testID="address-use" label={t('checkout.address.use')} onPress={submit} />
      </View>
    </Form>
  );
}

const styles = StyleSheet.create({
  known: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: space.m,
    paddingLeft: space.m,
    minHeight: 60,
    borderRadius: radius.m,
    backgroundColor: color.raised,
  },
  words: { flex: 1, minWidth: 0, paddingVertical: space.s },
  change: { minHeight: tapTarget, justifyContent: 'center', paddingHorizontal: space.m },
  form: { gap: space.m },
  pair: { flexDirection: 'row', gap: space.m },
});
