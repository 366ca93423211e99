import type { RungSize } from './encoder.ts';

/** The shorter side in pixels, and what its picture may cost. */
const steps = [
  { side: 480, bitsPerSecond: 1_200_000 },
  { side: 360, bitsPerSecond: 600_000 },
] as const;

/** The pictures that are smaller than this one, largest first; upright ones stay upright. */
export function sizesFor({ width, height }: { width: number; height: number }): RungSize[] {
  const side = Math.min(width, height);
  return steps
    .filter((step) => step.side < side)
    .map((step) => ({
      folder: `${step.side}p`,
      width: even((width * step.side) / side),
      height: even((height * step.side) / side),
      bitsPerSecond: step.bitsPerSecond,
    }));
}

const even = (pixels: number) => 2 * Math.round(pixels / 2);
