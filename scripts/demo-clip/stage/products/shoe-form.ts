/** The form of a sneaker: sole, upper, collar, tongue and laces as surfaces over one outline. */
import { clamp, curve, mix, polyline, smoothstep, spline, TAU, type Vec3 } from '../math.ts';
import { type Geometry, merge, surface, tube } from '../mesh.ts';

export interface ShoeForm {
  /** Heights along the shoe, t from 0 at the heel to 1 at the toe; world units. */
  soleTop: (t: number) => number;
  toeSpring: number;
  topline: (t: number) => number;
  /** Width of the opening at the top edge relative to the shoe's width; zero where the upper is closed. */
  opening: (t: number) => number;
  /** Profile of the sole's edge from the bottom (0) to the top (1): outset, height, outset, height... */
  soleEdge: readonly number[];
  collarRadius: number;
  throatEnd: number;
  laceRows: number;
  laceFrom: number;
  tongueRise: number;
}

const SHOE_LENGTH = 1.24;
const halfWidth = curve([0, 0.165, 0.14, 0.172, 0.42, 0.15, 0.7, 0.222, 0.85, 0.215, 1, 0.19]);
const centre = curve([0, 0.012, 0.45, 0, 0.8, 0.012, 1, -0.03]);

type Side = 1 | -1;

function width(t: number): number {
  const heel = t < 0.13 ? Math.sqrt(Math.max(0, 1 - ((0.13 - t) / 0.13) ** 2)) : 1;
  const toe = t > 0.76 ? Math.max(0, 1 - ((t - 0.76) / 0.24) ** 2.3) ** 0.5 : 1;
  return halfWidth(t) * heel * toe;
}

const along = (t: number): number => (t - 0.5) * SHOE_LENGTH;
/** Spreads samples so that both rounded ends get many: t over u from 0 to 1. */
const spread = (u: number): number => (1 - Math.cos(u * Math.PI)) / 2;
/** The inverse of `spread`, for painting at a place along the shoe. */
export const unspread = (t: number): number => Math.acos(1 - 2 * clamp(t)) / Math.PI;

function soleBottom(form: ShoeForm, t: number): number {
  return form.toeSpring * smoothstep(0.62, 1.05, t) ** 1.4 + 0.025 * smoothstep(0.16, 0, t);
}

export function sole(form: ShoeForm): Geometry {
  const profile = polyline(form.soleEdge);
  return surface(
    (u, v) => {
      const angle = u * TAU;
      const t = (1 - Math.cos(angle)) / 2;
      const side = Math.sin(angle) >= 0 ? -1 : 1;
      const [s, h] = profile(v);
      const bottom = soleBottom(form, t);
      const y = mix(bottom, form.soleTop(t), h);
      const z = centre(t) + side * width(t);
      return [along(t) * mix(0.2, 1, s) * mix(1, 1.0, s), y, mix(centre(t), z, s)];
    },
    112,
    form.soleEdge.length - 2,
  );
}

/** A point of the upper: t along the shoe, v from the sole (0) to the top edge (1). */
function upperPoint(form: ShoeForm, t: number, v: number, side: Side): Vec3 {
  const open = form.opening(t);
  const top = Math.acos(clamp(open, 0, 0.98) ** 1.3);
  const phi = v * top;
  const height = form.topline(t);
  const y = (height * Math.sin(phi) ** 0.92) / Math.sin(top) ** 0.92;
  // The ankle leans in a little, then flares at the collar.
  const ankle = smoothstep(0.62, 0.3, t);
  const waist = 1 - 0.1 * ankle * Math.sin(v * Math.PI) + 0.05 * ankle * v;
  const z = width(t) * 0.97 * Math.max(0, Math.cos(phi)) ** 0.77 * waist;
  const heel = smoothstep(0.3, 0, t);
  const bulge = -0.035 * heel * Math.sin(v * Math.PI * 0.9) + 0.012 * heel * v * v;
  const toe = smoothstep(0.8, 1, t);
  return [
    along(mix(0.012, 0.985, t)) + bulge - 0.02 * toe * v,
    form.soleTop(t) - 0.015 + y,
    centre(t) + side * z,
  ];
}

export function upper(form: ShoeForm, side: Side): Geometry {
  return surface((u, v) => upperPoint(form, spread(side > 0 ? u : 1 - u), v, side), 72, 20);
}

/** The padded edge of the opening, all the way round. */
export function collar(form: ShoeForm): Geometry {
  const path = (s: number): Vec3 => {
    const q = 1 - 2 * s;
    const t = form.throatEnd * q * q;
    return upperPoint(form, t, 1, q >= 0 ? 1 : -1);
  };
  return tube(
    path,
    (s) => {
      const t = form.throatEnd * (1 - 2 * s) ** 2;
      return mix(form.collarRadius, 0.009, smoothstep(0.3, 0.46, t));
    },
    80,
    9,
  );
}

export function tongue(form: ShoeForm): Geometry {
  const base = form.throatEnd;
  const line = spline([
    [along(base + 0.02), form.soleTop(base) + form.topline(base) - 0.05, centre(base)],
    [along(base - 0.1), form.soleTop(base - 0.1) + form.topline(base - 0.1) - 0.02, 0],
    [along(0.43), form.soleTop(0.43) + form.topline(0.43) + 0.0, 0],
    [along(0.37), form.soleTop(0.4) + form.topline(0.4) + form.tongueRise * 0.6, 0],
    [along(0.335), form.soleTop(0.4) + form.topline(0.4) + form.tongueRise, 0],
  ]);
  return surface(
    (u, v) => {
      const c = line(v);
      const end = Math.sqrt(Math.max(0, 1 - Math.max(0, (v - 0.86) / 0.14) ** 2));
      const w = mix(0.05, 0.105, v) * mix(0.35, 1, end);
      const a = u * TAU;
      const thick = 0.02 * mix(0.2, 1, end);
      const x = w * Math.cos(a);
      const lift = thick * Math.sin(a);
      return [c[0] + lift * 0.75, c[1] + lift * 0.65 - x * x * 1.8, c[2] + x];
    },
    24,
    36,
  );
}

export function insole(form: ShoeForm): Geometry {
  return surface(
    (u, v) => {
      const t = mix(0.04, 0.9, u);
      return [along(t), form.soleTop(t) + 0.02, centre(t) + width(t) * 0.86 * (v * 2 - 1)];
    },
    24,
    8,
  );
}

/** Lace bars over the tongue and a bow on top. */
export function laces(form: ShoeForm): Geometry {
  const parts: Geometry[] = [];
  const rows = form.laceRows;
  const place = (row: number): number => mix(form.throatEnd - 0.035, form.laceFrom, row / (rows - 1));
  for (let row = 0; row < rows; row++) {
    const next = Math.min(rows - 1, row + 0.9);
    for (const side of [1, -1] as const) {
      const start = upperPoint(form, place(row), 0.93, side);
      const end = upperPoint(form, place(next), 0.93, -side as Side);
      if (row === rows - 1 && side === -1) continue;
      const t = (place(row) + place(next)) / 2;
      const crown = form.soleTop(t) + form.topline(t) + 0.012 + (side === 1 ? 0.012 : 0);
      const path = spline([
        [start[0], start[1] - 0.012, start[2]],
        [mix(start[0], end[0], 0.12), start[1] + 0.014, start[2] * 0.92],
        [(start[0] + end[0]) / 2, crown, 0],
        [mix(start[0], end[0], 0.88), end[1] + 0.014, end[2] * 0.92],
        [end[0], end[1] - 0.012, end[2]],
      ]);
      parts.push(tube(path, 0.0125, 18, 6));
    }
  }
  const t = form.laceFrom;
  const knot: Vec3 = [along(t) + 0.01, form.soleTop(t) + form.topline(t) + 0.035, 0];
  for (const side of [1, -1] as const) {
    const at = (x: number, y: number, z: number): Vec3 => [knot[0] + x, knot[1] + y, knot[2] + z * side];
    parts.push(
      tube(
        spline([
          at(0, 0, 0),
          at(0.01, 0.05, 0.07),
          at(0.05, 0.03, 0.15),
          at(0.07, -0.03, 0.12),
          at(0.02, 0, 0),
        ]),
        0.0115,
        30,
        8,
      ),
      tube(
        spline([at(0, 0, 0), at(0.05, 0.01, 0.05), at(0.11, -0.07, 0.1), at(0.13, -0.15, 0.13)]),
        0.0115,
        22,
        8,
      ),
    );
  }
  parts.push(tube((s) => [knot[0] + 0.01, knot[1] + 0.006, mix(-0.022, 0.022, s)], 0.021, 10, 8));
  return merge(parts.map((geometry) => ({ geometry, matrix: new DOMMatrix() })));
}
