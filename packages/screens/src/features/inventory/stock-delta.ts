/** "5" and "+5" add, "-2" takes away; null when it is none of these. */
export function readDelta(text: string): number | null {
  const match = /^([-+−]?)\s*(\d{1,7})$/.exec(text.trim());
  if (!match) return null;
  const size = Number(match[2]);
  if (size === 0 || size > 1_000_000) return null;
  return match[1] === '-' || match[1] === '−' ? -size : size;
}

/** "+5" and "−2", with a minus sign as wide as the plus. */
export const signedDelta = (delta: number): string => (delta > 0 ? `+${delta}` : `−${-delta}`);
