/**
 * Tells the date of a picture by its place in the video, from dates that were written into it as
 * `{"pdt": "<ISO time>"}`. Others may write texts there as well: they are passed over.
 */
export class CueClock {
  #known: { positionS: number; dateMs: number } | null = null;

  /** A text that belongs to the picture at `positionS`. */
  read(text: string, positionS: number): void {
    const dateMs = dateIn(text);
    if (dateMs !== null) this.#known = { positionS, dateMs };
  }

  /** Epoch milliseconds; null before the first date. */
  dateAt(positionS: number): number | null {
    return this.#known && this.#known.dateMs + (positionS - this.#known.positionS) * 1000;
  }

  /** The video begins anew: places mean something else. */
  forget(): void {
    this.#known = null;
  }
}

function dateIn(text: string): number | null {
  try {
    const { pdt } = JSON.parse(text) as { pdt?: unknown };
    const dateMs = typeof pdt === 'string' ? Date.parse(pdt) : Number.NaN;
    return Number.isNaN(dateMs) ? null : dateMs;
  } catch {
    return null;
  }
}
