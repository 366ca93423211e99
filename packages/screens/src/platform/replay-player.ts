import type { ComponentType } from 'react';

/** What a recording does: as a live picture, and besides stopped by the viewer, or at its end. */
export type ReplayState = 'loading' | 'playing' | 'stalled' | 'unavailable' | 'blocked' | 'paused' | 'ended';

/** Steers a recording. Places are seconds from its beginning. */
export interface ReplayControls {
  position(): number;
  play(): void;
  pause(): void;
  /** Goes there, also backwards, and stays paused if it was. */
  seek(position: number): void;
}

export interface ReplayPlayerProps {
  url: string;
  muted: boolean;
  fit: 'cover' | 'contain';
  label: string;
  testID?: string;
  onState(state: ReplayState): void;
  /** Called once; the controls stay valid until the player is unmounted. */
  onControls(controls: ReplayControls): void;
}

export type ReplayPlayer = ComponentType<ReplayPlayerProps>;
