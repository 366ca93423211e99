import type { Clock } from '../shared/clock.ts';
import { renderMediaPlaylist } from './media-playlist.ts';
import { playlistPath, renderMultivariantPlaylist } from './multivariant-playlist.ts';
import { RenderedPlaylist } from './rendered-playlist.ts';
import { audioRendition, type Rendition, sourceRendition } from './rendition.ts';
import { SegmentWindow } from './segment-window.ts';
import { WaitList } from './wait-list.ts';

export interface PlaybackOptions {
  clock: Clock;
  windowMs: number;
  partHoldBack: number;
  waiters: number;
}

/** One session of a stream as its viewers get it: the window, its renditions and playlists, and who waits for more. */
export class Playback {
  readonly window: SegmentWindow;
  readonly waitList: WaitList;
  /** Smaller pictures of the same, largest first. */
  rungs: readonly Rendition[] = [];
  readonly #options: PlaybackOptions;
  readonly #source: Rendition;
  readonly #audio: Rendition;
  readonly #rendered = new Map<string, { version: string; playlist: RenderedPlaylist }>();

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.waitList = new WaitList(options.clock, options.waiters);
    this.window = new SegmentWindow(options.windowMs, () => this.waitList.wake());
    this.#source = sourceRendition(this.window);
    this.#audio = audioRendition(this.window);
  }

  /** What can be played now. */
  get renditions(): readonly Rendition[] {
    return [this.#source, ...this.rungs, this.#audio].filter(({ isThere }) => isThere);
  }

  /** Null where there is no such rendition (any more). */
  rendition(folder: string): Rendition | null {
    return this.renditions.find((each) => each.folder === folder) ?? null;
  }

  multivariant(): RenderedPlaylist {
    return this.#render('multivariant', () => renderMultivariantPlaylist(this.renditions));
  }

  media(isDelta: boolean, rendition = this.#source): RenderedPlaylist {
    const { partHoldBack } = this.#options;
    const { folder, window, isAudio } = rendition;
    const up = folder === '' ? '' : '../';
    return this.#render(`${folder}/${isDelta ? 'delta' : 'media'}`, () => {
      const others = this.renditions
        .filter((each) => each !== rendition)
        .map((each) => ({ uri: up + playlistPath(each), window: each.window }));
      return renderMediaPlaylist(window, { partHoldBack, isDelta, isAudio, others });
    });
  }

  #render(kind: string, render: () => string): RenderedPlaylist {
    const version = this.renditions.map(({ folder, window }) => folder + window.version).join();
    const known = this.#rendered.get(kind);
    if (known?.version === version) return known.playlist;
    const playlist = new RenderedPlaylist(render());
    this.#rendered.set(kind, { version, playlist });
    return playlist;
  }
}
