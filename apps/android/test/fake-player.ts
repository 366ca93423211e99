import type { VideoPlayer } from 'expo-video';

/** Stands in for the native player: takes what it is told, and says what the test wants said. */
export class FakePlayer {
  readonly told: string[] = [];
  readonly #listeners = new Map<string, Set<(event: object) => void>>();
  playbackRate = 1;
  timeUpdateEventInterval = 0;
  isReleased = false;
  /** The source opened last. */
  source: string | null = null;
  onOpen = () => {};
  /** How the next opening of a source ends. */
  opening = Promise.resolve();

  /** As the session knows it. */
  get asNative(): VideoPlayer {
    return this as unknown as VideoPlayer;
  }

  addListener(name: string, listener: (event: object) => void) {
    const heard = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, heard.add(listener));
    return { remove: () => heard.delete(listener) };
  }

  play() {
    this.#tell('play');
  }

  pause() {
    this.#tell('pause');
  }

  seekBy(seconds: number) {
    this.#tell(`seekBy ${seconds.toFixed(1)}`);
  }

  replaceAsync({ uri }: { uri: string }) {
    this.source = uri;
    this.#tell('open');
    this.onOpen();
    return this.opening;
  }

  release() {
    this.#tell('release');
    this.isReleased = true;
  }

  say(name: string, event: object = {}) {
    for (const listener of this.#listeners.get(name) ?? []) listener(event);
  }

  #tell(word: string) {
    if (this.isReleased) throw new Error(`${word} after release`);
    this.told.push(word);
  }
}
