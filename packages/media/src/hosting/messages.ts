import type { MediaEvent } from '../options.ts';
import type { LocalMediaHost } from './local-media-host.ts';
import type { Glance, MediaHostSettings } from './media-host.ts';

/** What may be asked of a media server that runs elsewhere: methods of its `LocalMediaHost`, by name. */
export type RemoteCall = Exclude<keyof LocalMediaHost, 'handleHttp' | 'handleUpgrade' | 'glance'>;

/** To where the media server runs. */
export type ToMedia =
  | { kind: 'start'; settings: MediaHostSettings }
  | { kind: 'call'; id: number; name: RemoteCall; args: unknown[] }
  | { kind: 'authorized'; id: number; answer: { playbackId: string } | { refused: string } };

/** From there. */
export type FromMedia =
  | { kind: 'ready' }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'failure'; id: number; message: string; code?: string }
  | { kind: 'authorize'; id: number; streamKey: string }
  | { kind: 'event'; event: MediaEvent; glance: Glance | null }
  /** Every second, of all streams there are: also the sign that the other side is not stuck. */
  | { kind: 'glances'; glances: Array<[playbackId: string, glance: Glance]> }
  | { kind: 'log' | 'alert'; line: string };
