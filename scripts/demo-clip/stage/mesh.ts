/** Procedural geometry: every solid in the show is one of these parametric surfaces. */
import { add, cross, normalize, pairs, scale, spline, sub, TAU, type Vec3 } from './math.ts';

/** Interleaved vertices (position 3, normal 3, texture coordinate 2) and triangle indices. */
export interface Geometry {
  vertices: Float32Array;
  indices: Uint32Array;
}

export const FLOATS_PER_VERTEX = 8;

/**
 * Samples `at(u, v)` on a grid, u and v from 0 to 1. Normals come from the surface itself, so that seams of
 * closed surfaces stay smooth.
 */
export function surface(at: (u: number, v: number) => Vec3, columns: number, rows: number): Geometry {
  const vertices = new Float32Array((columns + 1) * (rows + 1) * FLOATS_PER_VERTEX);
  const indices = new Uint32Array(columns * rows * 6);
  const step = 1e-3;
  let k = 0;
  for (let j = 0; j <= rows; j++) {
    for (let i = 0; i <= columns; i++) {
      const u = i / columns;
      const v = j / rows;
      const p = at(u, v);
      vertices.set(p, k);
      vertices.set(normalAt(at, u, v, step), k + 3);
      vertices.set([u, v], k + 6);
      k += FLOATS_PER_VERTEX;
    }
  }
  let n = 0;
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const a = j * (columns + 1) + i;
      const b = a + columns + 1;
      indices.set([a, b, a + 1, a + 1, b, b + 1], n);
      n += 6;
    }
  }
  return { vertices, indices };
}

function normalAt(at: (u: number, v: number) => Vec3, u: number, v: number, step: number): Vec3 {
  for (const h of [step, step * 20]) {
    const du = sub(at(Math.min(1, u + h), v), at(Math.max(0, u - h), v));
    const dv = sub(at(u, Math.min(1, v + h)), at(u, Math.max(0, v - h)));
    const n = cross(du, dv);
    if (Math.hypot(n[0], n[1], n[2]) > 1e-12) return normalize(n);
  }
  // A pole: look a little inside the surface.
  const inside = v < 0.5 ? v + step * 10 : v - step * 10;
  const du = sub(at(Math.min(1, u + step), inside), at(Math.max(0, u - step), inside));
  const dv = sub(at(u, Math.min(1, inside + step)), at(u, Math.max(0, inside - step)));
  return normalize(cross(du, dv));
}

/** A solid of revolution about y; `profile` lists radius, height, radius, height... from the bottom up. */
export function lathe(profile: readonly number[], segments = 48, smoothness = 6): Geometry {
  const points = pairs(profile);
  const line = spline(points.map(([r, y]): Vec3 => [r, y, 0]));
  return surface(
    (u, v) => {
      const [r, y] = line(v);
      return [Math.max(0, r) * Math.cos(u * TAU), y, -Math.max(0, r) * Math.sin(u * TAU)];
    },
    segments,
    (points.length - 1) * smoothness,
  );
}

/** A round tube along `path` (t from 0 to 1), its radius a number or a function of t. Ends are rounded off. */
export function tube(
  path: (t: number) => Vec3,
  radius: number | ((t: number) => number),
  segments = 24,
  sides = 10,
): Geometry {
  const radiusAt = typeof radius === 'number' ? () => radius : radius;
  const cap = 0.04;
  return surface(
    (u, v) => {
      const t = v;
      const end = Math.min(1, Math.min(t, 1 - t) / cap);
      const r = radiusAt(t) * Math.sqrt(Math.max(0, 1 - (1 - end) ** 2));
      const h = 1e-3;
      const tangent = normalize(sub(path(Math.min(1, t + h)), path(Math.max(0, t - h))));
      const reference: Vec3 = Math.abs(tangent[1]) > 0.9 ? [1, 0, 0] : [0, 1, 0];
      const side = normalize(cross(reference, tangent));
      const up = cross(tangent, side);
      const a = u * TAU;
      return add(path(t), add(scale(side, r * Math.cos(a)), scale(up, r * Math.sin(a))));
    },
    sides,
    segments,
  );
}

/** An ellipsoid; `power` below 1 makes it boxier (a superellipsoid). */
export function ellipsoid(radii: Vec3, power = 1, columns = 32, rows = 20): Geometry {
  const bend = (x: number): number => Math.sign(x) * Math.abs(x) ** power;
  return surface(
    (u, v) => {
      const lon = u * TAU;
      const lat = (v - 0.5) * Math.PI;
      const ring = bend(Math.cos(lat));
      return [
        radii[0] * ring * bend(Math.cos(lon)),
        radii[1] * bend(Math.sin(lat)),
        -radii[2] * ring * bend(Math.sin(lon)),
      ];
    },
    columns,
    rows,
  );
}

/** A box with rounded edges. */
export function roundedBox(size: Vec3, radius: number): Geometry {
  const [hx, hy, hz] = [size[0] / 2 - radius, size[1] / 2 - radius, size[2] / 2 - radius];
  const sphere = surface(
    (u, v) => {
      const lon = u * TAU + Math.PI / 4;
      const lat = (v - 0.5) * Math.PI;
      return [Math.cos(lat) * Math.cos(lon), Math.sin(lat), -Math.cos(lat) * Math.sin(lon)];
    },
    48,
    25,
  );
  const { vertices } = sphere;
  for (let k = 0; k < vertices.length; k += FLOATS_PER_VERTEX) {
    const [x = 0, y = 0, z = 0] = vertices.subarray(k, k + 3);
    vertices.set(
      [x * radius + Math.sign(x) * hx, y * radius + Math.sign(y) * hy, z * radius + Math.sign(z) * hz],
      k,
    );
  }
  return sphere;
}

/** One geometry out of several, each moved by its matrix. */
export function merge(parts: readonly { geometry: Geometry; matrix: DOMMatrix }[]): Geometry {
  const vertices = new Float32Array(parts.reduce((n, p) => n + p.geometry.vertices.length, 0));
  const indices = new Uint32Array(parts.reduce((n, p) => n + p.geometry.indices.length, 0));
  let v = 0;
  let i = 0;
  for (const { geometry, matrix } of parts) {
    const base = v / FLOATS_PER_VERTEX;
    for (let k = 0; k < geometry.vertices.length; k += FLOATS_PER_VERTEX) {
      const [x = 0, y = 0, z = 0, nx = 0, ny = 0, nz = 0, s = 0, t = 0] = geometry.vertices.subarray(
        k,
        k + 8,
      );
      const p = matrix.transformPoint({ x, y, z, w: 1 });
      const n = matrix.transformPoint({ x: nx, y: ny, z: nz, w: 0 });
      vertices.set([p.x, p.y, p.z, ...normalize([n.x, n.y, n.z]), s, t], v);
      v += FLOATS_PER_VERTEX;
    }
    indices.set(
      geometry.indices.map((index) => index + base),
      i,
    );
    i += geometry.indices.length;
  }
  return { vertices, indices };
}
