/** "Deepam": a five-wick brass lamp, its flames alive. */
import { polyline, rgb, TAU, type Vec3 } from '../math.ts';
import { ellipsoid, lathe, merge, surface } from '../mesh.ts';
import type { Renderer } from '../renderer.ts';
import type { Item } from '../scene.ts';
import type { Product } from './product.ts';

const RIM = 0.66;
const WICKS = 5;
const REACH = 0.315;

/** The bowl: a lathe whose rim is drawn out to a lip at each wick. */
function bowl() {
  const profile = polyline([
    0.045,
    0.53,
    0.1,
    0.545,
    0.2,
    0.585,
    0.26,
    0.63,
    0.278,
    RIM + 0.012,
    0.262,
    RIM + 0.008,
    0.24,
    0.635,
    0.15,
    0.605,
    0.02,
    0.6,
  ]);
  return surface(
    (u, v) => {
      const [r, y] = profile(v);
      const lip = Math.max(0, Math.cos(u * TAU * WICKS)) ** 7 * Math.max(0, (r - 0.15) / 0.13);
      const radius = r * (1 + 0.2 * lip);
      return [radius * Math.cos(u * TAU), y + 0.012 * lip, -radius * Math.sin(u * TAU)];
    },
    160,
    32,
  );
}

function stem() {
  return lathe(
    [
      0.001, 0, 0.3, 0, 0.31, 0.018, 0.3, 0.035, 0.24, 0.05, 0.225, 0.075, 0.2, 0.09, 0.1, 0.115, 0.06, 0.15,
      0.075, 0.175, 0.06, 0.2, 0.04, 0.22, 0.04, 0.25, 0.072, 0.28, 0.04, 0.31, 0.036, 0.36, 0.05, 0.375,
      0.036, 0.39, 0.034, 0.44, 0.075, 0.475, 0.05, 0.5, 0.046, 0.55,
    ],
    64,
    5,
  );
}

function finial() {
  const leaf = (angle: number) => ({
    geometry: ellipsoid([0.012, 0.07, 0.032], 1, 14, 12),
    matrix: new DOMMatrix().rotate(0, angle, 0).translate(0, 0.86, 0.052).rotate(22, 0, 0),
  });
  return merge([
    {
      geometry: lathe(
        [
          0.04, 0.59, 0.03, 0.64, 0.055, 0.67, 0.03, 0.7, 0.028, 0.74, 0.065, 0.775, 0.075, 0.81, 0.05, 0.84,
          0.028, 0.86, 0.046, 0.9, 0.05, 0.93, 0.022, 0.97, 0.012, 1.0, 0.018, 1.02, 0.001, 1.045,
        ],
        48,
        5,
      ),
      matrix: new DOMMatrix(),
    },
    ...[0, 60, 120, 180, 240, 300].map(leaf),
  ]);
}

const wick = (i: number): Vec3 => {
  const a = (i / WICKS) * TAU;
  return [REACH * Math.cos(a), RIM + 0.012, -REACH * Math.sin(a)];
};

/** Flicker of flame `i`: height factor and lean, periodic over four seconds. */
function flicker(i: number, time: number): { height: number; lean: number } {
  const w = (TAU / 4) * time;
  return {
    height:
      1 + 0.1 * Math.sin(7 * w + i * 2.1) + 0.07 * Math.sin(13 * w + i * 4.4) + 0.05 * Math.sin(23 * w + i),
    lean: 5 * Math.sin(3 * w + i * 1.3) + 4 * Math.sin(9 * w + i * 2.9),
  };
}

export function buildLamp(renderer: Renderer): Product {
  const brass = { color: rgb('#e0a540'), metalness: 1, roughness: 0.2 };
  const solids = [bowl(), stem(), finial()].map((geometry) => renderer.mesh(geometry));
  const oil = renderer.mesh(lathe([0.24, 0.64, 0.12, 0.641, 0.001, 0.641], 40, 2));
  const flame = renderer.mesh(
    lathe([0.001, -0.012, 0.019, 0.006, 0.024, 0.03, 0.016, 0.062, 0.006, 0.092, 0.001, 0.11], 16, 4),
  );
  const core = renderer.mesh(ellipsoid([0.008, 0.02, 0.008], 1, 10, 8));
  return {
    flames: Array.from({ length: WICKS }, (_, i) => wick(i)),
    items(time, place) {
      const items: Item[] = solids.map((mesh) => ({ mesh, material: brass, matrix: place }));
      items.push({
        mesh: oil,
        material: { color: rgb('#6b4a12'), roughness: 0.06, clearcoat: 1 },
        matrix: place,
      });
      for (let i = 0; i < WICKS; i++) {
        const { height, lean } = flicker(i, time);
        const matrix = place
          .translate(...wick(i))
          .rotate(lean, 0, lean * 0.7)
          .scale(1, height, 1);
        items.push(
          { mesh: flame, material: { unlit: true, color: [5.5, 2.3, 0.5] }, matrix },
          {
            mesh: core,
            material: { unlit: true, color: [3, 2.4, 1.6] },
            matrix: matrix.translate(0, 0.012, 0.012),
          },
        );
      }
      return items;
    },
  };
}
