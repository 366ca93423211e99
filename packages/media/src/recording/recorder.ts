import type { PackagerOutput, Period } from '../cmaf/packager.ts';
import type { SegmentStore, SegmentToKeep } from './recording-writer.ts';

export interface RecorderOptions {
  /** Called before the first segment, and again when it failed. */
  openStore: () => Promise<SegmentStore>;
  /** Media that may wait for the disk; what comes on top of it is not recorded. */
  queueBytes: number;
  /** Asked before each segment: whether so many bytes more may be kept at all. */
  mayKeep: (bytes: number) => boolean;
  /** Told once when segments begin to be lost, and once when they are kept again. */
  alert: (line: string) => void;
}

/**
 * Takes what a packager makes and keeps it, segment by segment, at the disk's own pace. It never throws and nobody
 * waits for it: a disk that is slow, full or gone costs parts of the recording, never of the live stream.
 */
export class Recorder implements PackagerOutput {
  readonly #options: RecorderOptions;
  #period: Period | null = null;
  #open: { dateMs: number; durationMs: number; parts: Buffer[] } | null = null;
  #isDiscontinuousNext = false;
  readonly #queue: { segment: SegmentToKeep; missingMs: number }[] = [];
  #queuedBytes = 0;
  #store: SegmentStore | null = null;
  #writing: Promise<void> | null = null;
  /** Found no room in the queue since the segment queued last. */
  #refusedMs = 0;
  /** Could not be written since the segment written last. */
  #unwrittenMs = 0;
  #isLosing = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Bytes that wait for the disk. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  beginPeriod(period: Period): void {
    this.#period = period;
    this.#isDiscontinuousNext = true;
  }

  beginSegment(dateMs: number): void {
    this.endSegment();
    this.#open = { dateMs, durationMs: 0, parts: [] };
  }

  addPart(part: { durationMs: number; data: Buffer }): void {
    if (!this.#open) return;
    this.#open.parts.push(part.data);
    this.#open.durationMs += part.durationMs;
  }

  endSegment(): void {
    const segment = this.#open;
    const period = this.#period;
    this.#open = null;
    if (!segment || !period || segment.parts.length === 0) return;
    const bytes = segment.parts.reduce((sum, part) => sum + part.length, 0);
    const isTooSlow = this.#queuedBytes + bytes > this.#options.queueBytes;
    if (isTooSlow || !this.#options.mayKeep(bytes)) {
      this.#refusedMs += segment.durationMs;
      this.#alert(isTooSlow ? 'the disk is too slow' : 'recordings may take no more space');
      return;
    }
    const isDiscontinuous = this.#isDiscontinuousNext;
    this.#queue.push({ segment: { ...segment, period, bytes, isDiscontinuous }, missingMs: this.#refusedMs });
    this.#queuedBytes += bytes;
    this.#refusedMs = 0;
    this.#isDiscontinuousNext = false;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
  }

  /** Resolves when everything that could be kept is kept and the files are closed. */
  async finish(): Promise<void> {
    this.endSegment();
    await this.#writing;
    const store = this.#store;
    this.#store = null;
    await store?.close().catch(() => {});
  }

  async #write(): Promise<void> {
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      const { segment } = next;
      const missingMs = this.#unwrittenMs + next.missingMs;
      try {
        this.#store ??= await this.#options.openStore();
        const isDiscontinuous = segment.isDiscontinuous || missingMs > 0;
        await this.#store.append({ ...segment, isDiscontinuous }, missingMs);
        this.#unwrittenMs = 0;
        this.#tellRecovery();
      } catch (error) {
        this.#unwrittenMs = missingMs + segment.durationMs;
        this.#alert(error instanceof Error ? error.message : 'unknown');
      }
      this.#queue.shift();
      this.#queuedBytes -= segment.bytes;
    }
  }

  #alert(reason: string): void {
    if (this.#isLosing) return;
    this.#isLosing = true;
    this.#options.alert(`the recording has a gap from here on: ${reason}`);
  }

  #tellRecovery(): void {
    if (!this.#isLosing || this.#refusedMs > 0) return;
    this.#isLosing = false;
    this.#options.alert('the recording goes on after a gap');
  }
}
