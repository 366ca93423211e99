import type { Clock } from '../shared/clock.ts';
import { renderMediaPlaylist } from './media-playlist.ts';
import { renderMultivariantPlaylist } from './multivariant-playlist.ts';
import { RenderedPlaylist } from './rendered-playlist.ts';
import { SegmentWindow } from './segment-window.ts';
import { WaitList } from './wait-list.ts';

export interface PlaybackOptions {
  clock: Clock;
  windowMs: number;
  partHoldBack: number;
  waiters: number;
}

/** One session of a stream as its viewers get it: the window, its playlists, and who waits for more. */
export class Playback {
  readonly window: SegmentWindow;
  readonly waitList: WaitList;
  readonly #options: PlaybackOptions;
  readonly #rendered = new Map<string, { version: number; playlist: RenderedPlaylist }>();

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.waitList = new WaitList(options.clock, options.waiters);
    this.window = new SegmentWindow(options.windowMs, () => this.waitList.wake());
  }

  multivariant(): RenderedPlaylist {
    return this.#render('multivariant', () => renderMultivariantPlaylist(this.window));
  }

  media(isDelta: boolean): RenderedPlaylist {
    const { partHoldBack } = this.#options;
    return this.#render(isDelta ? 'delta' : 'media', () =>
      renderMediaPlaylist(this.window, { partHoldBack, isDelta }),
    );
  }

  #render(kind: string, render: () => string): RenderedPlaylist {
    const { version } = this.window;
    const known = this.#rendered.get(kind);
    if (known?.version === version) return known.playlist;
    const playlist = new RenderedPlaylist(render());
    this.#rendered.set(kind, { version, playlist });
    return playlist;
  }
}
