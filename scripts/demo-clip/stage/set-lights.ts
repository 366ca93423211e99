/** The small lights of a set: bulbs on strings, far lanterns, drifting motes, the halos of the clay lamps. */
import { mix, TAU, type Vec3 } from './math.ts';
import type { Glow } from './scene.ts';

/** Where the clay lamps stand on the table. */
export const DIYAS: readonly Vec3[] = [
  [-1.02, 0, 0.18],
  [1.0, 0, 0.22],
  [-0.62, 0, 0.62],
  [0.66, 0, 0.6],
];

/** Brightness of clay lamp `i`, around 1. */
export const flicker = (time: number, i: number): number =>
  1 + 0.12 * Math.sin(time * TAU * 1.75 + i * 2.4) + 0.08 * Math.sin(time * TAU * 3.25 + i);

const BULBS = Array.from({ length: 30 }, (_, i): Vec3 => {
  const row = i % 2;
  const f = (Math.floor(i / 2) + (row ? 0.5 : 0)) / 14.5;
  const sag = 0.22 * Math.sin(((f * 2.5 + row * 0.4) % 1) * Math.PI);
  return [mix(-2.1, 2.1, f), (row ? 2.0 : 1.86) - sag, -2.4 - 0.4 * row];
});

/** Element `i` of an even, irregular spread over [0, 1). */
const spread = (i: number, ratio: number): number => (i * ratio) % 1;

/** All lights at `time`; `size` is that of their discs, larger the closer the camera looks. */
export function lights(colors: readonly Vec3[], time: number, size: number): Glow[] {
  const tint = (i: number, level: number): Vec3 => {
    const [r, g, b] = colors[i % colors.length] ?? [1, 1, 1];
    return [r * level, g * level, b * level];
  };
  const bulbs = BULBS.map((at, i) => ({
    at,
    color: tint(i, 0.4 + 0.15 * Math.sin((time / 2) * TAU + i * 2.6)),
    radius: 0.026 * size,
    softness: 0.22,
  }));
  const lanterns = Array.from(
    { length: 16 },
    (_, i): Glow => ({
      at: [-1.5 + spread(i, 0.618) * 3, 0.25 + spread(i, 0.377) * 1.1, -3.1],
      color: tint(i, 0.1 + 0.06 * Math.sin((time / 4) * TAU + i * 1.9)),
      radius: (0.014 + 0.012 * spread(i, 0.27)) * size,
      softness: 0.3,
    }),
  );
  const motes = Array.from({ length: 12 }, (_, i): Glow => {
    const rise = (time / 8 + i * 0.618) % 1;
    const level = 0.5 * Math.sin(rise * Math.PI);
    return {
      at: [
        -0.8 + spread(i, 0.37) * 1.6 + 0.08 * Math.sin(rise * TAU + i),
        rise * 1.7,
        -0.7 + spread(i, 0.73) * 1.5,
      ],
      color: [level, level * 0.62, level * 0.25],
      radius: 0.0045 * size,
      softness: 0.9,
    };
  });
  const halos = DIYAS.map((at, i): Glow => {
    const level = 0.5 * flicker(time, i);
    return { at: [at[0], 0.09, at[2]], color: [level, level * 0.5, level * 0.15], radius: 0.1, softness: 1 };
  });
  return [...bulbs, ...lanterns, ...motes, ...halos];
}
