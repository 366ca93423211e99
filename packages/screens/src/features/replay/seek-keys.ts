const stepS = 5;
const leapS = 30;

/** Where a key leads in a recording, in seconds, as sliders do it (WAI-ARIA APG); null for any other key. */
export function seekByKey(key: string, positionS: number, durationS: number): number | null {
  const places = {
    ArrowLeft: positionS - stepS,
    ArrowDown: positionS - stepS,
    ArrowRight: positionS + stepS,
    ArrowUp: positionS + stepS,
    PageDown: positionS - leapS,
    PageUp: positionS + leapS,
    Home: 0,
    End: durationS,
  };
  const wanted = new Map(Object.entries(places)).get(key);
  return wanted === undefined ? null : Math.max(0, Math.min(durationS, wanted));
}
