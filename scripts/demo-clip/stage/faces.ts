/** The typefaces of each set, and the layout all type is drawn in. */
import type { SetName } from './backdrop.ts';

/** The layout's own units: a picture 540 wide and 960 high. */
export const W = 540;
export const H = 960;

const SANS = '"Noto Sans Display Condensed", "Noto Sans Display", "Noto Sans", sans-serif';
const SERIF = '"Noto Serif Display", "Noto Serif", serif';
const HINDI_SANS = '"Noto Sans Devanagari", sans-serif';
const HINDI_SERIF = '"Noto Serif Devanagari", serif';

export interface Face {
  title: (size: number) => string;
  hindi: (size: number) => string;
  word: (size: number) => string;
  upper: boolean;
}

export const FACES: Record<SetName, Face> = {
  loft: {
    title: (size) => `900 ${size}px ${SANS}`,
    hindi: (size) => `800 ${size}px ${HINDI_SANS}`,
    word: (size) => `700 ${size}px ${SANS}`,
    upper: true,
  },
  haveli: {
    title: (size) => `italic 800 ${size}px ${SERIF}`,
    hindi: (size) => `700 ${size}px ${HINDI_SERIF}`,
    word: (size) => `italic 700 ${size}px ${SERIF}`,
    upper: false,
  },
};
