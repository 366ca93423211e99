export const bitrateLimits = { most: 2_500_000, least: 300_000 } as const;

/** What waits in the browser, as the time that it needs to leave at the present bitrate. */
const CROWDED_MS = 400;
const FREE_MS = 100;
/** From here on a lower bitrate comes too late: pictures are left out up to the next key frame. */
const FAR_BEHIND_MS = 1_500;
const DOWN = 0.65;
const UP = 1.12;
/** A change shows in the queue after about this time. */
const BETWEEN_DOWNS_MS = 800;
const BEFORE_UP_MS = 4_000;

/**
 * Fits the bitrate to the uplink by what waits to be sent: down fast, up slowly. Ask `mayEncode` before each picture,
 * and tell `observe` a few times a second what waits.
 */
export class Uplink {
  #bitsPerSecond: number;
  #isBehind = false;
  #changedAtMs = Number.NEGATIVE_INFINITY;
  #freeSinceMs: number | null = null;
  #wantsKeyFrame = false;

  /** `bitsPerSecond`: what an earlier connection had come to. */
  constructor(bitsPerSecond: number = bitrateLimits.most) {
    this.#bitsPerSecond = bitsPerSecond;
  }

  get bitsPerSecond(): number {
    return this.#bitsPerSecond;
  }

  get state(): 'good' | 'weak' | 'behind' {
    if (this.#isBehind) return 'behind';
    return this.#bitsPerSecond < bitrateLimits.most / 3 ? 'weak' : 'good';
  }

  /** While far behind no picture is worth encoding. */
  mayEncode(): boolean {
    return !this.#isBehind;
  }

  /** True once after pictures were left out: the next one has to stand alone. */
  takeKeyFrameWish(): boolean {
    const wish = this.#wantsKeyFrame;
    this.#wantsKeyFrame = false;
    return wish;
  }

  /** `bufferedBytes`: what the browser could not send yet. */
  observe(nowMs: number, bufferedBytes: number): void {
    const waitingMs = (bufferedBytes * 8_000) / this.#bitsPerSecond;
    if (waitingMs > FREE_MS) this.#freeSinceMs = null;
    else this.#freeSinceMs ??= nowMs;
    if (waitingMs > FAR_BEHIND_MS) this.#isBehind = true;
    if (waitingMs > CROWDED_MS) this.#goDown(nowMs);
    else if (this.#isBehind && waitingMs <= FREE_MS) this.#catchUp();
    else if (
      this.#freeSinceMs !== null &&
      nowMs - Math.max(this.#freeSinceMs, this.#changedAtMs) >= BEFORE_UP_MS
    ) {
      this.#set(nowMs, this.#bitsPerSecond * UP);
    }
  }

  #catchUp(): void {
    this.#isBehind = false;
    this.#wantsKeyFrame = true;
  }

  #goDown(nowMs: number): void {
    if (nowMs - this.#changedAtMs >= BETWEEN_DOWNS_MS) this.#set(nowMs, this.#bitsPerSecond * DOWN);
  }

  #set(nowMs: number, bitsPerSecond: number): void {
    const { least, most } = bitrateLimits;
    this.#bitsPerSecond = Math.round(Math.min(most, Math.max(least, bitsPerSecond)));
    this.#changedAtMs = nowMs;
  }
}
