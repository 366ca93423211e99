export { VybeKartApp } from './app/app';
export { lazyScreen } from './app/lazy-screen';
export { paths } from './paths';
export type {
  Broadcast,
  Broadcaster,
  BroadcastPreviewProps,
  BroadcastProblem,
  BroadcastView,
  TicketAnswer,
} from './platform/broadcast';
export { type IconName, type IconProps, type IconSet, iconNames } from './platform/icons';
export type { Navigation } from './platform/navigation';
export type { AppEvent, PickedImage, Platform, Playback, SavedFile, Storage } from './platform/platform';
export type { PlaybackClock, PlaybackState, PlayerProps, VideoChoice } from './platform/player';
export type { ReplayControls, ReplayPlayerProps, ReplayState } from './platform/replay-player';
export { sessionStorageKey, storedSession } from './platform/stored-session';
export type { PaymentOutcome, StripePaymentProps } from './platform/stripe';
export * from './screens';
export { Button } from './ui/button';
export { Notice } from './ui/notice';
export { Spinner } from './ui/spinner';
