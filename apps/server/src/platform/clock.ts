/** Time of this process. What the database decides (expiry of holds) uses the database's own `now()` instead. */
export abstract class Clock {
  abstract now(): Date;
  /** Milliseconds that only ever grow, for measuring and for token buckets. */
  abstract monotonicMs(): number;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }

  monotonicMs(): number {
    return performance.now();
  }
}
