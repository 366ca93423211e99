import type { TextInputProps } from 'react-native';

/** Android's names for what a field holds. */
export const autofill = {
  email: 'email',
  currentPassword: 'current-password',
  newPassword: 'new-password',
  name: 'name',
  phone: 'tel',
  line1: 'address-line1',
  line2: 'address-line2',
  city: 'postal-address-locality',
  state: 'postal-address-region',
  postalCode: 'postal-code',
  oneTimeCode: 'sms-otp',
} as const satisfies Record<string, TextInputProps['autoComplete']>;

export type Autofill = keyof typeof autofill;
