import type { Playback } from '../hls/playback.ts';
import type { Clock } from '../shared/clock.ts';
import { Ladder, type LadderOptions } from './ladder.ts';

interface Context {
  clock: Clock;
  windowMs: number;
  log: (line: string) => void;
}

/** The ladders of all streams of this machine, of which so many run at a time as it can bear. */
export class Ladders {
  readonly #options: LadderOptions;
  readonly #context: Context;
  #running = 0;

  constructor(options: LadderOptions, context: Context) {
    this.#options = options;
    this.#context = context;
  }

  /** Encoders that run now. */
  get running(): number {
    return this.#running;
  }

  for(playback: Playback): Ladder {
    return new Ladder(this.#options, playback, {
      ...this.#context,
      takePlace: () => {
        if (this.#running >= this.#options.mostAtOnce) return false;
        this.#running++;
        return true;
      },
      givePlace: () => {
        this.#running--;
      },
    });
  }
}
