/** How many people watch a show at this moment; told by whoever keeps presence. */
export abstract class LiveAudience {
  /** 0 for a show that is not on air. */
  abstract viewersOf(streamId: string): number | Promise<number>;
}
