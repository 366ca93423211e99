import type { FailureCode, RoomStatus } from '@vybekart/client';
import type { StreamStatus } from '@vybekart/contract';
import type { PlaybackState } from '../../platform/player';

/** What lies over the picture: exactly one of these. */
export type StageState =
  | 'starting'
  | 'playing'
  | 'interrupted'
  | 'unavailable'
  | 'blocked'
  | 'ended'
  | 'banned'
  | 'missing';

interface Facts {
  /** The newest word on the show, from the room, else from REST. */
  status: StreamStatus;
  room: RoomStatus;
  /** What the room says is wrong, if anything. */
  error: FailureCode | null;
  playback: PlaybackState;
}

const overStatuses: readonly StreamStatus[] = ['ended', 'archived', 'cancelled', 'expired'];

export function stageState({ status, room, error, playback }: Facts): StageState {
  if (room === 'refused') return error === 'forbidden' ? 'banned' : 'missing';
  if (room === 'ended' || overStatuses.includes(status)) return 'ended';
  if (status === 'scheduled' || status === 'ready') return 'starting';
  if (playback === 'blocked') return 'blocked';
  if (playback === 'playing') return 'playing';
  if (status === 'interrupted') return 'interrupted';
  return playback === 'unavailable' ? 'unavailable' : 'playing';
}
