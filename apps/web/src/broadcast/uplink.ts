export const bitrateLimits = { most: 2_500_000, least: 300_000 } as const;

/** What waits in the browser, as the time that it needs to leave. */
const CROWDED_MS = 400;
const FREE_MS = 100;
/** From here on a lower bitrate comes too late: pictures are left out up to the next key frame. */
const FAR_BEHIND_MS = 1_500;
const DOWN = 0.65;
/** Of what the uplink was seen to carry; the rest empties the queue. */
const SHARE_OF_SPEED = 0.75;
const UP = 1.12;
/** A change shows in the queue after about this time. */
const BETWEEN_DOWNS_MS = 800;
const BEFORE_UP_MS = 4_000;
/** Weight of the newest look at the uplink's speed. */
const NEWEST = 0.3;

interface Look {
  atMs: number;
  bufferedBytes: number;
  leftBytes: number;
}

/**
 * Fits the bitrate to the uplink by what waits to be sent: down fast, up slowly. Ask `mayEncode` before each picture,
 * and tell `observe` a few times a second what waits.
 */
export class Uplink {
  #bitsPerSecond: number;
  #last: Look | null = null;
  /** What the uplink carries, in bits a second; known while something waits. */
  #speed: number | null = null;
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

  /** `bufferedBytes`: what the browser could not send yet. `leftBytes`: all that it has sent since the beginning. */
  observe(nowMs: number, bufferedBytes: number, leftBytes: number): void {
    this.#measure({ atMs: nowMs, bufferedBytes, leftBytes });
    const speed = Math.max(bitrateLimits.least / 2, Math.min(this.#bitsPerSecond, this.#speed ?? Infinity));
    const waitingMs = (bufferedBytes * 8_000) / speed;
    if (waitingMs > FREE_MS) this.#freeSinceMs = null;
    else this.#freeSinceMs ??= nowMs;
    if (waitingMs > FAR_BEHIND_MS) this.#isBehind = true;
    if (waitingMs > CROWDED_MS) this.#goDown(nowMs);
    else if (this.#isBehind && waitingMs <= FREE_MS) this.#catchUp();
    else this.#goUp(nowMs);
  }

  /** Only an uplink that has something to do shows what it can do. */
  #measure(look: Look): void {
    const last = this.#last;
    this.#last = look;
    if (!last || look.bufferedBytes === 0) this.#speed = null;
    if (!last || last.bufferedBytes === 0 || look.bufferedBytes === 0 || look.atMs <= last.atMs) return;
    const seen = ((look.leftBytes - last.leftBytes) * 8_000) / (look.atMs - last.atMs);
    this.#speed = this.#speed === null ? seen : (1 - NEWEST) * this.#speed + NEWEST * seen;
  }

  #catchUp(): void {
    this.#isBehind = false;
    this.#wantsKeyFrame = true;
  }

  #goDown(nowMs: number): void {
    if (nowMs - this.#changedAtMs < BETWEEN_DOWNS_MS) return;
    const carried = (this.#speed ?? Infinity) * SHARE_OF_SPEED;
    this.#set(nowMs, Math.min(this.#bitsPerSecond * DOWN, carried));
  }

  #goUp(nowMs: number): void {
    if (this.#freeSinceMs === null) return;
    const sinceMs = Math.max(this.#freeSinceMs, this.#changedAtMs);
    if (nowMs - sinceMs >= BEFORE_UP_MS) this.#set(nowMs, this.#bitsPerSecond * UP);
  }

  #set(nowMs: number, bitsPerSecond: number): void {
    const { least, most } = bitrateLimits;
    this.#bitsPerSecond = Math.round(Math.min(most, Math.max(least, bitsPerSecond)));
    this.#changedAtMs = nowMs;
  }
}
