/** The running order: six chapters of eight seconds, each a wide shot, a close-up and a detail. */
import type { SetName } from './backdrop.ts';
import type { Gestures } from './host-pose.ts';
import type { Vec3 } from './math.ts';
import type { HostName } from './wardrobe.ts';

export const FPS = 30;
export const CHAPTER_SECONDS = 8;
/** Cuts lie on whole seconds, where the encoder starts a new group of pictures. */
export const CLOSE_FROM = 3;
export const DETAIL_FROM = 6;

export type ProductKey = 'runner' | 'hightop' | 'cap' | 'saree' | 'stole' | 'lamp';

export interface Framing {
  distance: number;
  height: number;
  /** Orbit around the product, degrees; 0 is in front. */
  orbit: number;
  target: Vec3;
}

export interface Chapter {
  key: ProductKey;
  set: SetName;
  host: HostName;
  /** Title on the card and in the close-up, one entry a line. */
  title: readonly string[];
  titleHi: string;
  /** Words of the detail shot: [English, Hindi]. */
  details: readonly (readonly [string, string])[];
  gestures: Gestures;
  /** Turntable: its angle in degrees when the close-up begins, and degrees a second. */
  turn: readonly [hero: number, speed: number];
  /** The same for the detail shot, from its own beginning. */
  detailTurn: readonly [start: number, speed: number];
  scale: number;
  /** Where the host stands: sideways from the middle, and raised, so that the product leaves the face free. */
  stand: readonly [aside: number, lift: number];
  close: readonly [Framing, Framing];
  detail: readonly [Framing, Framing];
  card: { ground: string; scallops: readonly [string, string]; ink: string; accent: string };
}

const LOFT_CARD = {
  ground: '#16324a',
  scallops: ['#f2a52b', '#e2503c'] as const,
  ink: '#fff3dc',
  accent: '#f7b733',
};
const HAVELI_CARD = {
  ground: '#7a1236',
  scallops: ['#f3b23c', '#1d6a5c'] as const,
  ink: '#fff1d6',
  accent: '#f7c95c',
};

export const CHAPTERS: readonly Chapter[] = [
  {
    key: 'runner',
    set: 'loft',
    host: 'sahil',
    title: ['Monsoon', 'Runner'],
    titleHi: 'मानसून रनर',
    details: [
      ['breathable knit', 'हवादार बुनाई'],
      ['grips wet roads', 'गीली सड़क पर पकड़'],
    ],
    gestures: [
      [0, 'wave'],
      [2.35, 'presentRight'],
    ],
    turn: [-48, 36],
    detailTurn: [-62, 22],
    stand: [0, 0.02],
    scale: 1,
    close: [
      { distance: 5.1, height: 1.0, orbit: -12, target: [0, 0.3, 0] },
      { distance: 4.6, height: 0.72, orbit: 8, target: [0, 0.3, 0] },
    ],
    detail: [
      { distance: 2.5, height: 0.85, orbit: 8, target: [0.1, 0.3, 0] },
      { distance: 2.25, height: 0.62, orbit: -4, target: [0.04, 0.3, 0] },
    ],
    card: LOFT_CARD,
  },
  {
    key: 'hightop',
    set: 'loft',
    host: 'sahil',
    title: ['Chowk', 'High'],
    titleHi: 'चौक हाई-टॉप',
    details: [
      ['canvas + suede', 'कैनवास और सुएड'],
      ['padded ankle', 'टखने को आराम'],
    ],
    gestures: [
      [0, 'rest'],
      [1.5, 'explainRight'],
      [2.5, 'presentLeft'],
    ],
    turn: [-38, 36],
    detailTurn: [-34, 18],
    stand: [-0.1, 0.04],
    scale: 1,
    close: [
      { distance: 5.7, height: 0.7, orbit: 12, target: [0, 0.38, 0] },
      { distance: 5.2, height: 0.95, orbit: -8, target: [0, 0.38, 0] },
    ],
    detail: [
      { distance: 2.5, height: 0.75, orbit: 8, target: [0.02, 0.4, 0] },
      { distance: 2.2, height: 0.95, orbit: -4, target: [0.02, 0.38, 0] },
    ],
    card: LOFT_CARD,
  },
  {
    key: 'cap',
    set: 'loft',
    host: 'sahil',
    title: ['Gully', 'Cap'],
    titleHi: 'गली कैप',
    details: [
      ['hand embroidery', 'हाथ की कढ़ाई'],
      ['one size fits all', 'सबको फ़िट'],
    ],
    gestures: [
      [0, 'explainBoth'],
      [1.6, 'delight'],
      [2.6, 'presentRight'],
    ],
    turn: [-108, 36],
    detailTurn: [-112, 22],
    stand: [0, 0.1],
    scale: 0.88,
    close: [
      { distance: 4.6, height: 1.2, orbit: -12, target: [0, 0.42, 0] },
      { distance: 4.1, height: 0.9, orbit: 6, target: [0, 0.42, 0] },
    ],
    detail: [
      { distance: 2.3, height: 0.95, orbit: 10, target: [0, 0.56, 0.1] },
      { distance: 2.0, height: 0.8, orbit: -4, target: [0, 0.56, 0.1] },
    ],
    card: LOFT_CARD,
  },
  {
    key: 'saree',
    set: 'haveli',
    host: 'meera',
    title: ['Sandhya', 'Silk Saree'],
    titleHi: 'संध्या सिल्क साड़ी',
    details: [
      ['zari border', 'ज़री का बॉर्डर'],
      ['pure mulberry silk', 'शुद्ध रेशम'],
    ],
    gestures: [
      [0, 'delight'],
      [1.8, 'explainRight'],
      [2.7, 'presentBoth'],
    ],
    turn: [-16, 14],
    detailTurn: [-6, 14],
    stand: [0, 0.16],
    scale: 0.84,
    close: [
      { distance: 5.0, height: 0.9, orbit: 12, target: [0, 0.52, 0] },
      { distance: 4.5, height: 1.1, orbit: -6, target: [0, 0.52, 0] },
    ],
    detail: [
      { distance: 2.3, height: 1.2, orbit: -18, target: [-0.1, 0.68, 0] },
      { distance: 2.05, height: 1.0, orbit: 0, target: [0.05, 0.66, 0] },
    ],
    card: HAVELI_CARD,
  },
  {
    key: 'stole',
    set: 'haveli',
    host: 'meera',
    title: ['Neel Dabu', 'Stole'],
    titleHi: 'नील दाबू स्टोल',
    details: [
      ['hand block print', 'हाथ की छपाई'],
      ['natural indigo', 'असली नील'],
    ],
    gestures: [
      [0, 'rest'],
      [1.5, 'explainRight'],
      [2.5, 'presentLeft'],
    ],
    turn: [-18, 15],
    detailTurn: [-22, 14],
    stand: [-0.3, 0.1],
    scale: 1,
    close: [
      { distance: 5.4, height: 1.05, orbit: -10, target: [0, 0.6, 0] },
      { distance: 4.8, height: 0.75, orbit: 8, target: [0, 0.6, 0] },
    ],
    detail: [
      { distance: 2.2, height: 0.7, orbit: 20, target: [0, 0.52, 0.08] },
      { distance: 2.0, height: 0.9, orbit: 6, target: [0, 0.64, 0.08] },
    ],
    card: HAVELI_CARD,
  },
  {
    key: 'lamp',
    set: 'haveli',
    host: 'meera',
    title: ['Panch', 'Deepam'],
    titleHi: 'पंच दीपम',
    details: [
      ['solid brass', 'ठोस पीतल'],
      ['five wicks', 'पाँच बातियाँ'],
    ],
    gestures: [
      [0, 'explainBoth'],
      [1.9, 'namaste'],
    ],
    turn: [-30, 36],
    detailTurn: [0, 30],
    stand: [-0.26, 0.06],
    scale: 1,
    close: [
      { distance: 5.3, height: 0.8, orbit: 10, target: [0, 0.62, 0] },
      { distance: 4.8, height: 1.15, orbit: -8, target: [0, 0.62, 0] },
    ],
    detail: [
      { distance: 2.6, height: 1.25, orbit: -14, target: [0, 0.7, 0] },
      { distance: 2.3, height: 1.05, orbit: 4, target: [0, 0.74, 0] },
    ],
    card: HAVELI_CARD,
  },
];

export const TOTAL_SECONDS = CHAPTERS.length * CHAPTER_SECONDS;
