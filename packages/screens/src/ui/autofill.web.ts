import type { TextInputProps } from 'react-native';

/** The browser's names for what a field holds (HTML, "autofill field name"); React Native's types know others. */
export const autofill = {
  email: 'username',
  currentPassword: 'current-password',
  newPassword: 'new-password',
  name: 'name',
  phone: 'tel',
  line1: 'address-line1',
  line2: 'address-line2',
  city: 'address-level2',
  state: 'address-level1',
  postalCode: 'postal-code',
  oneTimeCode: 'one-time-code',
} as unknown as Record<Autofill, TextInputProps['autoComplete']>;

export type Autofill =
  | 'email'
  | 'currentPassword'
  | 'newPassword'
  | 'name'
  | 'phone'
  | 'line1'
  | 'line2'
  | 'city'
  | 'state'
  | 'postalCode'
  | 'oneTimeCode';
