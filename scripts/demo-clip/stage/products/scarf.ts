/** "Neel Dabu": an indigo block-print stole with tassels over a brass stand, moving in a light breeze. */
import { add, mix, random, rgb, TAU, type Vec3 } from '../math.ts';
import { type Geometry, lathe, merge, surface, tube } from '../mesh.ts';
import { type Brush, paint, weave } from '../paint.ts';
import type { Renderer } from '../renderer.ts';
import type { Product } from './product.ts';
import { flower, paisley } from './textiles.ts';

const BAR = 1.0;
const PERIOD = 4;

/** A point of the stole: u across, v along its length over the bar, front to back. */
function clothPoint(u: number, v: number, time: number): Vec3 {
  const along = mix(-0.78, 0.66, v);
  const turn = 0.045;
  const phase = (time / PERIOD) * TAU;
  const front = along < 0;
  const drop = Math.max(0, Math.abs(along) - turn);
  const over = Math.min(1, Math.abs(along) / turn);
  const angle = (over * Math.PI) / 2;
  const gather = 0.25 + 0.09 * drop;
  const fold = Math.sin(u * TAU * 2.5 + 0.6) * (0.018 + 0.05 * drop) + Math.sin(u * TAU * 5.2) * 0.012;
  const breeze =
    drop *
    drop *
    (0.07 * Math.sin(phase + u * 2.4 + drop * 3) + 0.03 * Math.sin(2 * phase + u * 5 + drop * 5));
  const z = (front ? 1 : -1) * (turn * Math.sin(angle) + 0.05 * drop) + fold + breeze;
  return [
    (u - 0.5) * 2 * gather + 0.02 * Math.sin(phase + drop * 4) * drop,
    BAR + turn * Math.cos(angle) - drop,
    z,
  ];
}

function tassels(time: number): Geometry {
  const parts: Geometry[] = [];
  for (const v of [0, 1]) {
    for (let i = 0; i < 22; i++) {
      const from = clothPoint((i + 0.5) / 22, v, time);
      const swing = 0.02 * Math.sin((time / PERIOD) * TAU + i * 0.5);
      parts.push(
        tube(
          (t) => add(from, [swing * t * t, -0.1 * t, swing * t]),
          (t) => 0.005 + 0.005 * t,
          5,
          6,
        ),
      );
    }
  }
  return merge(parts.map((geometry) => ({ geometry, matrix: new DOMMatrix() })));
}

function paintCloth(color: Brush, relief: Brush): void {
  const { width: w, height: h } = color.canvas;
  const next = random(21);
  color.fillStyle = '#1f3c7a';
  color.fillRect(0, 0, w, h);
  weave(color, relief, 4, 0.06);
  const cream = '#f3e6cb';
  const rust = '#d46a35';
  const columns = 6;
  const pitch = w / columns;
  for (let row = 0; row * pitch * 0.9 < h; row++) {
    for (let i = -1; i < columns + 1; i++) {
      const x = (i + 0.5 + (row % 2) * 0.5) * pitch + (next() - 0.5) * 3;
      const y = (row + 0.5) * pitch * 0.9 + (next() - 0.5) * 3;
      color.globalAlpha = 0.86 + 0.14 * next();
      paisley(color, x, y, pitch * 0.6, [cream, '#1f3c7a', rust, cream], row % 2 ? 0.35 : -0.35);
      flower(color, x + pitch / 2, y, pitch * 0.13, 6, cream, rust);
    }
  }
  color.globalAlpha = 1;
  // Cross borders near both ends, in madder red.
  for (const end of [0, 1]) {
    const y = (f: number): number => (end ? 1 - f : f) * h;
    const band = (from: number, to: number, fill: string): void => {
      color.fillStyle = fill;
      color.fillRect(0, Math.min(y(from), y(to)), w, Math.abs(y(to) - y(from)));
    };
    band(0, 0.15, '#a5332a');
    band(0.012, 0.022, cream);
    band(0.128, 0.138, cream);
    for (let i = 0; i < 8; i++) {
      flower(color, (i + 0.5) * (w / 8), y(0.075), w / 21, 10, cream, '#1f3c7a');
    }
  }
  for (const x of [0, w - 20]) {
    color.fillStyle = '#a5332a';
    color.fillRect(x, 0, 20, h);
    color.fillStyle = cream;
    for (let y = 0; y < h; y += 22) color.fillRect(x + 6, y, 8, 11);
  }
}

export function buildScarf(renderer: Renderer): Product {
  const map = renderer.texture(paint(512, 1536, paintCloth));
  const cloth = (time: number): Geometry => surface((u, v) => clothPoint(u, v, time), 44, 90);
  const clothMesh = renderer.mesh(cloth(0));
  const tasselMesh = renderer.mesh(tassels(0));
  const brass = { color: rgb('#d8a33f'), metalness: 1, roughness: 0.22 };
  const knob = lathe([0.001, -0.035, 0.03, -0.02, 0.038, 0, 0.03, 0.02, 0.001, 0.035], 24);
  const sideways = (x: number): DOMMatrix => new DOMMatrix().translate(x, BAR, 0).rotate(0, 0, 90);
  const stand = renderer.mesh(
    merge([
      {
        geometry: lathe(
          [
            0.001,
            0,
            0.25,
            0,
            0.26,
            0.02,
            0.22,
            0.04,
            0.06,
            0.06,
            0.03,
            0.11,
            0.018,
            0.2,
            0.018,
            0.95,
            0.018,
            BAR,
          ],
          40,
        ),
        matrix: new DOMMatrix(),
      },
      { geometry: tube((t) => [mix(-0.36, 0.36, t), BAR, 0], 0.018, 24, 14), matrix: new DOMMatrix() },
      { geometry: knob, matrix: sideways(-0.38) },
      { geometry: knob, matrix: sideways(0.38) },
    ]),
  );
  return {
    items(time, place) {
      clothMesh.update(cloth(time));
      tasselMesh.update(tassels(time));
      return [
        { mesh: stand, material: brass, matrix: place },
        {
          mesh: clothMesh,
          material: { map, bump: 0.003, roughness: 0.85, sheen: rgb('#3a4c80') },
          matrix: place,
        },
        { mesh: tasselMesh, material: { color: rgb('#f3e6cb'), roughness: 0.9 }, matrix: place },
      ];
    },
  };
}
