import type { ComponentType } from 'react';

/**
 * - `off`: the camera is not in use
 * - `asking`: the person decides whether we may use it
 * - `ready`: the preview runs, nothing is sent
 * - `connecting`, `publishing`
 * - `reconnecting`: the network is gone; it goes on by itself
 */
export type BroadcastPhase = 'off' | 'asking' | 'ready' | 'connecting' | 'publishing' | 'reconnecting';

/** Why there is no broadcast, in the order in which a person would find out. */
export type BroadcastProblem =
  | 'unsupported'
  | 'insecure'
  | 'denied'
  | 'no_camera'
  | 'camera_busy'
  | 'camera_lost'
  | 'encoder'
  | 'already_publishing'
  | 'not_offered'
  | 'ended'
  | 'refused';

export interface BroadcastView {
  phase: BroadcastPhase;
  /** Set together with the phase `off` or `ready`, until the next try. */
  problem: BroadcastProblem | null;
  isMuted: boolean;
  /** The device has a second camera. */
  canFlip: boolean;
  /** The picture is the person's own face: shown as in a mirror, sent as it is. */
  isMirrored: boolean;
  /** `behind`: pictures are left out until the network has caught up. */
  uplink: 'good' | 'weak' | 'behind';
  /** What the picture is encoded with at this moment. */
  bitsPerSecond: number;
  /** Of the picture that is sent, in pixels; null before it is known. */
  size: { width: number; height: number } | null;
}

/** A camera and a microphone on their way to one show. Everything is told through the view. */
export interface Broadcast {
  readonly getView: () => BroadcastView;
  readonly subscribe: (listener: () => void) => () => void;
  /** Turns the camera on for the preview; asks the person first. */
  prepare(): Promise<void>;
  /** From `ready`: goes on air, and stays there through lost networks until `stop`. */
  start(): void;
  /** Back to `ready`. */
  stop(): void;
  /** The other camera. */
  flip(): Promise<void>;
  setMuted(isMuted: boolean): void;
  /** Turns everything off, for good. */
  close(): void;
}

/** A ticket of `POST /streams/:id/ingest-tickets`, or why there will be none. */
export type TicketAnswer =
  | { ticket: string; url: string }
  | { refused: Extract<BroadcastProblem, 'not_offered' | 'ended' | 'refused'> };

export interface BroadcastPreviewProps {
  broadcast: Broadcast;
  label: string;
  testID?: string;
}

export interface Broadcaster {
  /** A rejection of `requestTicket` is a network that is gone: it is asked again. */
  open(options: { requestTicket: () => Promise<TicketAnswer> }): Broadcast;
  /** What the camera sees, silent. */
  Preview: ComponentType<BroadcastPreviewProps>;
}
