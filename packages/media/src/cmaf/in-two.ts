import type { PackagerOutput } from './packager.ts';

/** Gives both the same, the first one first. Neither may throw. */
export function inTwo(one: PackagerOutput, other: PackagerOutput): PackagerOutput {
  return {
    beginPeriod: (period, timing) => {
      one.beginPeriod(period, timing);
      other.beginPeriod(period, timing);
    },
    beginSegment: (dateMs) => {
      one.beginSegment(dateMs);
      other.beginSegment(dateMs);
    },
    addPart: (part) => {
      one.addPart(part);
      other.addPart(part);
    },
    endSegment: () => {
      one.endSegment();
      other.endSegment();
    },
  };
}
