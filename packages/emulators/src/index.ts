export type { Clock } from './clock.ts';
export { FcmEmulator, type FcmEmulatorOptions } from './fcm/fcm-emulator.ts';
export type { ServiceAccount } from './fcm/service-account.ts';
export { IvsEmulator, type IvsEmulatorOptions } from './ivs/ivs-emulator.ts';
export { MuxEmulator, type MuxEmulatorOptions } from './mux/mux-emulator.ts';
export { S3Emulator } from './s3/s3-emulator.ts';
export { isClientSideStripeCall } from './stripe/public-routes.ts';
export { StripeEmulator, type StripeEmulatorOptions } from './stripe/stripe-emulator.ts';
