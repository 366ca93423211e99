/** The flat pattern of a shoe's upper: where on the texture a place of the shoe lies, and panels cut for it. */
import type { Vec2 } from '../math.ts';
import { unspread } from './shoe-form.ts';

export const W = 1024;
export const H = 512;
export const X = (t: number): number => unspread(t) * W;
export const Y = (v: number): number => (1 - v) * H;

export function shape(points: readonly Vec2[]): Path2D {
  const path = new Path2D();
  const at = (i: number): Vec2 => {
    const [t, v] = points[(i + points.length) % points.length] ?? [0, 0];
    return [X(t), Y(v)];
  };
  for (let i = 0; i < points.length; i++) {
    const [a, b] = [at(i), at(i + 1)];
    path.quadraticCurveTo(a[0], a[1], (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
  }
  path.closePath();
  return path;
}
