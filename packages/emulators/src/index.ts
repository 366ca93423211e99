export type { Clock } from './clock.ts';
export { FcmEmulator, type FcmEmulatorOptions } from './fcm/fcm-emulator.ts';
export type { ServiceAccount } from './fcm/service-account.ts';
export { isClientSideStripeCall } from './stripe/public-routes.ts';
export { StripeEmulator, type StripeEmulatorOptions } from './stripe/stripe-emulator.ts';
