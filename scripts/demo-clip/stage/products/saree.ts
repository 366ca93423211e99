/** "Sandhya": a silk saree opened like a fan over its folded length. */
import { mix, rgb, TAU, type Vec3 } from '../math.ts';
import { type Geometry, lathe, surface } from '../mesh.ts';
import { type Brush, paint, weave } from '../paint.ts';
import type { Renderer } from '../renderer.ts';
import type { Product } from './product.ts';
import { flower, foldedCloth, paisley, temples } from './textiles.ts';

const PLEATS = 15;

/** The fan at `time`: it breathes, as if somebody had just set it down. */
function fan(time: number): Geometry {
  return surface(
    (u, v): Vec3 => {
      const breath = Math.sin((time / 4) * TAU + u * 5) * 0.012;
      const angle = mix(-1.38, 1.38, u);
      const r = mix(0.1, 0.84, v) * (1 - 0.02 * Math.cos(u * TAU * PLEATS));
      const fold = Math.sin(u * TAU * PLEATS) * mix(0.012, 0.05, v);
      const z = fold - 0.16 * v * v + breath * v;
      return [r * Math.sin(angle) * 0.86, 0.2 + r * Math.cos(angle) * 0.98 + 0.05 * v, z];
    },
    PLEATS * 12,
    18,
  );
}

function paintFan(color: Brush, relief: Brush): void {
  const { width: w, height: h } = color.canvas;
  const silk = color.createLinearGradient(0, 0, 0, h);
  silk.addColorStop(0, '#c2185b');
  silk.addColorStop(0.6, '#b01263');
  silk.addColorStop(1, '#6d0f5b');
  color.fillStyle = silk;
  color.fillRect(0, 0, w, h);
  weave(color, relief, 4, 0.05);
  const gold = '#eebf55';
  const pitch = w / PLEATS / 1;
  for (let i = 0; i < PLEATS; i++) {
    for (let row = 0; row < 4; row++) {
      const x = (i + 0.25 + (row % 2) * 0.5) * pitch;
      flower(color, x, h * (0.4 + row * 0.14), 15, 8, gold, '#fff0c0');
      flower(relief, x, h * (0.4 + row * 0.14), 15, 8, '#c0c0c0', '#e0e0e0');
    }
  }
  // The zari border at the outer edge: temples, a row of mangoes, stripes.
  color.fillStyle = '#3b0d3f';
  color.fillRect(0, 0, w, h * 0.27);
  temples(color, h * 0.25, -h * 0.09, w / 60, gold);
  color.fillStyle = gold;
  color.fillRect(0, 0, w, h * 0.055);
  color.fillRect(0, h * 0.225, w, h * 0.03);
  relief.fillStyle = '#a8a8a8';
  relief.fillRect(0, 0, w, h * 0.055);
  for (let i = 0; i < PLEATS * 2; i++) {
    const x = (i + 0.5) * (pitch / 2);
    paisley(color, x, h * 0.14, h * 0.125, [gold, '#a31857', '#ffe6a6'], i % 2 ? 0.2 : -0.1);
    paisley(relief, x, h * 0.14, h * 0.125, ['#d0d0d0', '#909090', '#d8d8d8']);
  }
  color.fillStyle = '#7a1c14';
  for (let x = 0; x < w; x += 10) color.fillRect(x, h * 0.018, 5, h * 0.016);
}

function paintFolded(color: Brush, relief: Brush): void {
  const { width: w, height: h } = color.canvas;
  color.fillStyle = '#b01263';
  color.fillRect(0, 0, w, h);
  weave(color, relief, 4, 0.05);
  for (const [x0, x1] of [
    [0, 0.16],
    [0.84, 1],
  ] as const) {
    color.fillStyle = '#3b0d3f';
    color.fillRect(x0 * w, 0, (x1 - x0) * w, h);
    color.fillStyle = '#eebf55';
    for (const f of [0.05, 0.3, 0.62, 0.86]) color.fillRect(mix(x0, x1, f) * w, 0, w * 0.012, h);
  }
  for (let y = 0; y < h; y += 64) {
    for (let x = 0.24; x < 0.8; x += 0.13) flower(color, x * w, y + 20, 12, 8, '#eebf55', '#fff0c0');
  }
}

export function buildSaree(renderer: Renderer): Product {
  const fanMap = renderer.texture(paint(2048, 512, paintFan));
  const foldMap = renderer.texture(paint(512, 1024, paintFolded));
  const fanMesh = renderer.mesh(fan(0));
  const silk = { roughness: 0.42, metalness: 0.18, sheen: rgb('#a8477c'), bump: 0.004 };
  const folded = renderer.mesh(foldedCloth(0.78, 0.5, 0.2, 6));
  const ring = renderer.mesh(lathe([0.1, 0, 0.14, 0.02, 0.14, 0.07, 0.1, 0.1], 40));
  return {
    items(time, place) {
      fanMesh.update(fan(time));
      return [
        { mesh: folded, material: { ...silk, map: foldMap, repeat: [1, 3] }, matrix: place },
        { mesh: fanMesh, material: { ...silk, map: fanMap }, matrix: place },
        {
          mesh: ring,
          material: { color: rgb('#d8a33f'), metalness: 1, roughness: 0.24 },
          matrix: place.translate(0, 0.19, 0),
        },
      ];
    },
  };
}
