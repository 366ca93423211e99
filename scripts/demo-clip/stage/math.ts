/** Vectors as tuples, easing curves and a seeded random source: everything the stage computes with. */

export type Vec2 = readonly [number, number];
export type Vec3 = readonly [number, number, number];

export const TAU = Math.PI * 2;

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const sub = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a: Vec3, s: number): Vec3 => [a[0] * s, a[1] * s, a[2] * s];
const length = (a: Vec3): number => Math.hypot(a[0], a[1], a[2]);
export const mix3 = (a: Vec3, b: Vec3, t: number): Vec3 => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
];
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const normalize = (a: Vec3): Vec3 => scale(a, 1 / (length(a) || 1));

export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
export const clamp = (x: number, lo = 0, hi = 1): number => Math.min(hi, Math.max(lo, x));
/** Hermite step from 0 at `lo` to 1 at `hi`; `lo > hi` gives the falling step. */
export const smoothstep = (lo: number, hi: number, x: number): number => {
  const t = clamp((x - lo) / (hi - lo));
  return t * t * (3 - 2 * t);
};
export const easeOut = (t: number): number => 1 - (1 - clamp(t)) ** 3;
export const easeIn = (t: number): number => clamp(t) ** 3;
export const easeInOut = (t: number): number => {
  const x = clamp(t);
  return x < 0.5 ? 4 * x ** 3 : 1 - (2 - 2 * x) ** 3 / 2;
};
/** Overshoots by about 8 % before it settles at 1. */
export const easeOutBack = (t: number): number => {
  const x = clamp(t) - 1;
  return 1 + 2.4 * x ** 3 + 1.4 * x ** 2;
};

/** A bump of height 1 around `centre`, zero beyond `radius`. */
export const bump = (x: number, centre: number, radius: number): number => {
  const d = Math.abs(x - centre) / radius;
  return d >= 1 ? 0 : (1 - d * d) ** 2;
};

/** Reads a flat list as pairs. */
export const pairs = (numbers: readonly number[]): Vec2[] =>
  Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[i * 2] ?? 0, numbers[i * 2 + 1] ?? 0]);

/** Smooth curve through sorted knots x, y, x, y... that never overshoots them; constant outside. */
export function curve(numbers: readonly number[]): (x: number) => number {
  const knots = pairs(numbers);
  const at = (i: number): Vec2 => knots[clamp(i, 0, knots.length - 1)] ?? [0, 0];
  const slope = (i: number): number => (at(i + 1)[1] - at(i)[1]) / (at(i + 1)[0] - at(i)[0] || 1);
  // Monotone cubic: the tangent at a knot is the harmonic mean of the slopes beside it.
  const tangents = knots.map((_, i) => {
    const [a, b] = [slope(i - 1), slope(i)];
    return i > 0 && a * b > 0 ? (2 * a * b) / (a + b) : i > 0 && i < knots.length - 1 ? 0 : a || b;
  });
  return (x) => {
    const next = knots.findIndex((knot) => x <= knot[0]);
    if (next <= 0) return at(next < 0 ? knots.length - 1 : 0)[1];
    const [a, b] = [at(next - 1), at(next)];
    const h = b[0] - a[0];
    const t = (x - a[0]) / h;
    const [ma, mb] = [tangents[next - 1] ?? 0, tangents[next] ?? 0];
    return (
      a[1] * (1 + 2 * t) * (1 - t) ** 2 +
      ma * h * t * (1 - t) ** 2 +
      b[1] * t * t * (3 - 2 * t) +
      mb * h * t * t * (t - 1)
    );
  };
}

/** Straight lines through x, y, x, y..., `t` from 0 to 1 spending the same on each. */
export function polyline(numbers: readonly number[]): (t: number) => Vec2 {
  const points = pairs(numbers);
  return (t) => {
    const x = clamp(t) * (points.length - 1);
    const i = Math.min(Math.floor(x), points.length - 2);
    const [a, b] = [points[i] ?? [0, 0], points[i + 1] ?? [0, 0]];
    return [mix(a[0], b[0], x - i), mix(a[1], b[1], x - i)];
  };
}

/** Catmull-Rom spline through points, `t` from 0 to 1. */
export function spline(points: readonly Vec3[]): (t: number) => Vec3 {
  const at = (i: number): Vec3 => points[clamp(i, 0, points.length - 1)] ?? [0, 0, 0];
  return (t) => {
    const x = clamp(t) * (points.length - 1);
    const i = Math.min(Math.floor(x), points.length - 2);
    const f = x - i;
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const axis = (k: 0 | 1 | 2): number =>
      0.5 *
      (2 * b[k] +
        (c[k] - a[k]) * f +
        (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * f * f +
        (3 * b[k] - a[k] - 3 * c[k] + d[k]) * f ** 3);
    return [axis(0), axis(1), axis(2)];
  };
}

/** Mulberry32: the same seed always gives the same sequence in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

/** Van der Corput radical inverse: element `i` of a low-discrepancy sequence in [0, 1). */
export function halton(i: number, base: number): number {
  let result = 0;
  let fraction = 1 / base;
  for (let n = i; n > 0; n = Math.floor(n / base)) {
    result += (n % base) * fraction;
    fraction /= base;
  }
  return result;
}

/** `#rrggbb` (sRGB) to linear light. */
export function rgb(hex: string): Vec3 {
  const channel = (at: number): number => {
    const s = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}
