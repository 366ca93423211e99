import type { Stream, StreamStatus } from '@vybekart/contract';
import type { StatusTone } from '../orders/order-status';

const open: readonly StreamStatus[] = ['scheduled', 'ready', 'live', 'interrupted'];

/** Can still be gone on with. */
export function isOpenShow(show: Pick<Stream, 'status'>): boolean {
  return open.includes(show.status);
}

export function isOnAir(status: StreamStatus): boolean {
  return status === 'live' || status === 'interrupted';
}

const tones: Record<StreamStatus, StatusTone> = {
  scheduled: 'info',
  ready: 'warm',
  live: 'good',
  interrupted: 'bad',
  ended: 'quiet',
  archived: 'quiet',
  cancelled: 'quiet',
  expired: 'quiet',
};

export function statusTone(status: StreamStatus): StatusTone {
  return tones[status];
}
