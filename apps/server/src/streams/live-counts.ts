export interface Counts {
  viewerCount: number;
  likeCount: number;
}

/** The moving numbers of shows on this node, told by their rooms and read by lists. */
export class LiveCounts {
  readonly #byStream = new Map<string, Counts>();
  #version = 0;

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  of(streamId: string): Counts | undefined {
    return this.#byStream.get(streamId);
  }

  set(streamId: string, counts: Counts): void {
    this.#byStream.set(streamId, counts);
    this.#version += 1;
  }

  forget(streamId: string): void {
    if (this.#byStream.delete(streamId)) this.#version += 1;
  }
}
