/** How each set is lit and coloured. */
import type { SetName } from './backdrop.ts';
import type { Vec3 } from './math.ts';
import type { Lighting } from './scene.ts';

export const LIGHTING: Record<SetName, Lighting> = {
  loft: {
    key: { direction: [-0.5, 0.78, 0.62], color: [5.4, 4.75, 4.1], size: 0.26 },
    sky: [0.36, 0.36, 0.54],
    floor: [0.17, 0.11, 0.13],
    rims: [
      { direction: [0.9, 0.35, -0.45], color: [2.6, 0.75, 1.3] },
      { direction: [-0.8, 0.45, -0.7], color: [0.5, 1.1, 2.0] },
    ],
    environment: { top: [0.42, 0.4, 0.62], horizon: [0.62, 0.42, 0.5], ground: [0.14, 0.09, 0.1] },
    exposure: 0.86,
    shadowsTint: [0.97, 0.97, 1.06],
    highlightsTint: [1.03, 1.0, 0.97],
    vignette: 0.42,
  },
  haveli: {
    key: { direction: [-0.5, 0.78, 0.62], color: [5.8, 4.7, 3.6], size: 0.26 },
    sky: [0.44, 0.36, 0.36],
    floor: [0.23, 0.12, 0.07],
    rims: [
      { direction: [0.9, 0.35, -0.45], color: [2.9, 1.35, 0.5] },
      { direction: [-0.8, 0.45, -0.7], color: [2.0, 0.7, 0.9] },
    ],
    environment: { top: [0.6, 0.48, 0.4], horizon: [0.95, 0.58, 0.3], ground: [0.2, 0.1, 0.05] },
    exposure: 0.86,
    shadowsTint: [1.02, 0.97, 1.0],
    highlightsTint: [1.03, 1.0, 0.94],
    vignette: 0.42,
  },
};

export interface Palette {
  wood: string;
  cloth: string;
  clothInk: string;
  clothBorder: string;
  plate: string;
  bulbs: readonly Vec3[];
  petals: readonly [string, string];
}

export const PALETTE: Record<SetName, Palette> = {
  loft: {
    wood: '#7a4a34',
    cloth: '#1c4a5c',
    clothInk: '#f0b24a',
    clothBorder: '#d8553b',
    plate: '#cdbfae',
    bulbs: [
      [1.5, 0.95, 0.4],
      [1.4, 0.5, 0.6],
      [0.45, 0.9, 1.3],
    ],
    petals: ['#ee7a12', '#f7b52a'],
  },
  haveli: {
    wood: '#6b3420',
    cloth: '#8c1d3f',
    clothInk: '#f3c66a',
    clothBorder: '#1f5d50',
    plate: '#d6bf98',
    bulbs: [
      [1.6, 1.0, 0.4],
      [1.6, 0.75, 0.25],
    ],
    petals: ['#e8640f', '#f6ab1e'],
  },
};
