/** What a benchmark found: our figure beside a peer's or a limit's, and whether the ratio keeps the promise. */
export interface BenchResult {
  /** Of the benchmark: the name of its file. */
  name: string;
  /** What was measured, in words: `npm start to the first 200, warm data`. */
  metric: string;
  value: number;
  /** Of `value` and of the peer's: `s`, `ms`, `orders/s`, `us CPU/message`. */
  unit: string;
  /** What we compare with: another product, or a limit measured in the same run. */
  peer: { name: string; value: number };
  /** `value / peer.value`. */
  ratio: number;
  target: number;
  /** Whether a smaller or a larger ratio is better. */
  direction: 'lower' | 'higher';
  /** `ratio` at `target` or on the better side of it. */
  pass: boolean;
  /** Whatever makes the figure credible: rounds, versions, sizes, other limits. */
  details: Record<string, unknown>;
}

/** Completes a result with its ratio and the verdict. */
export function benchResult(measured: Omit<BenchResult, 'ratio' | 'pass'>): BenchResult {
  const ratio = Number((measured.value / measured.peer.value).toPrecision(4));
  const pass = measured.direction === 'lower' ? ratio <= measured.target : ratio >= measured.target;
  return { ...measured, ratio, pass };
}

/** The middle of the rounds: one disturbed round does not move it. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
