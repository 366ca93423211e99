interface Ranges {
  readonly length: number;
  start(index: number): number;
  end(index: number): number;
}

/** Browsers report ends that overlap starts by rounding: a hole smaller than this is none. */
const touchingS = 0.1;

/** The end of what can be played from `time` on, and where media begins again after a hole. */
export function bufferedAround(
  ranges: Ranges,
  time: number,
): { bufferedTo: number; nextBufferedFrom: number | null } {
  let bufferedTo = time;
  for (let index = 0; index < ranges.length; index += 1) {
    const from = ranges.start(index);
    if (from <= bufferedTo + touchingS) bufferedTo = Math.max(bufferedTo, ranges.end(index));
    else return { bufferedTo, nextBufferedFrom: from };
  }
  return { bufferedTo, nextBufferedFrom: null };
}
