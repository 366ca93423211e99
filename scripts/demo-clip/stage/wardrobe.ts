/** Hair, clothes and jewellery of the two hosts. */

import type { Mesh } from './gl.ts';
import * as body from './host-body.ts';
import { beard, jasmine } from './host-hair.ts';
import { mix, rgb, TAU } from './math.ts';
import { ellipsoid, type Geometry, lathe, merge, surface, tube } from './mesh.ts';
import { paint, weave } from './paint.ts';
import { flower } from './products/textiles.ts';
import type { Renderer } from './renderer.ts';
import type { Material } from './scene.ts';

export type HostName = 'sahil' | 'meera';

export interface Look {
  skin: string;
  lips: string;
  lid: string;
  hair: string;
  /** Width of the body, 1 on average. */
  build: number;
  /** How far down the arm the sleeve goes, 1 at the wrist. */
  sleeve: number;
  sleeveColor: string;
  /** Thickness of the eyebrows. */
  brow: number;
  /** Distances of the bangles above the wrist. */
  bangles: readonly number[];
}

export const LOOKS: Record<HostName, Look> = {
  sahil: {
    skin: '#b97a50',
    lips: '#8a4636',
    lid: '#a56a44',
    hair: '#17110f',
    build: 1.08,
    sleeve: 0.84,
    sleeveColor: '#e0a030',
    brow: 0.0125,
    bangles: [],
  },
  meera: {
    skin: '#c48a5e',
    lips: '#b3283d',
    lid: '#8a5238',
    hair: '#140c0c',
    build: 0.92,
    sleeve: 0.4,
    sleeveColor: '#1d6a5c',
    brow: 0.008,
    bangles: [0.03, 0.05, 0.07],
  },
};

export const CLOTH: Material = { roughness: 0.85 };
export const BRASS: Material = { color: rgb('#e2ab4a'), metalness: 1, roughness: 0.22 };

/** Something worn: on the head, on the body, or between the brows. */
interface Worn {
  mesh: Mesh;
  material: Material;
  on: 'head' | 'body' | 'brow';
}

export const clothes: Record<HostName, (renderer: Renderer) => Worn[]> = {
  sahil: (renderer) => [
    { mesh: renderer.mesh(beard()), material: { color: rgb('#2a1a14'), roughness: 0.8 }, on: 'head' },
    { mesh: renderer.mesh(hood()), material: { ...CLOTH, color: rgb('#c98a22') }, on: 'body' },
  ],
  meera: (renderer) => [
    { mesh: renderer.mesh(jasmine()), material: { color: rgb('#fff9ea'), roughness: 0.7 }, on: 'head' },
    { mesh: renderer.mesh(earrings()), material: BRASS, on: 'head' },
    {
      mesh: renderer.mesh(ellipsoid([0.0105, 0.0105, 0.004], 1, 14, 10)),
      material: { color: rgb('#c3122f'), roughness: 0.5 },
      on: 'brow',
    },
    { mesh: renderer.mesh(pearls(0.1, 0.93, 0.1, 0.0095, 25)), material: BRASS, on: 'body' },
    {
      mesh: renderer.mesh(pallu()),
      material: { map: palluTexture(renderer), roughness: 0.55, sheen: rgb('#7a3a20'), bump: 0.003 },
      on: 'body',
    },
  ],
};

/** The hood of the overshirt, lying round the neck. */
function hood(): Geometry {
  return tube(
    (t) => {
      const a = mix(-2.75, 2.75, t);
      return [0.135 * Math.sin(a), 0.885 + 0.045 * Math.cos(a), -0.115 * Math.cos(a)];
    },
    0.032,
    40,
    12,
  );
}

/** Bell-shaped earrings. */
function earrings(): Geometry {
  const bell = lathe(
    [0.03, -0.05, 0.028, -0.035, 0.014, -0.012, 0.006, 0, 0.006, 0.014, 0.001, 0.018],
    20,
    3,
  );
  return merge(
    [-1, 1].map((s) => ({ geometry: bell, matrix: new DOMMatrix().translate(s * 0.183, -0.065, 0) })),
  );
}

/** What covers the torso. */
export const torsoTexture: Record<HostName, (renderer: Renderer) => WebGLTexture> = {
  sahil: (renderer) =>
    renderer.texture(
      paint(1024, 512, (color, relief) => {
        color.fillStyle = '#e0a030';
        color.fillRect(0, 0, 1024, 512);
        color.fillStyle = LOOKS.sahil.skin;
        color.fillRect(0, 0, 1024, 66);
        // An open overshirt: the tee shows in front (u = 0 and 1), with a round neck.
        color.fillStyle = '#f4ecdc';
        for (const x of [0, 1024]) {
          color.beginPath();
          color.moveTo(x - 85, 512);
          color.lineTo(x - 70, 200);
          color.lineTo(x - 150, 60);
          color.lineTo(x + 150, 60);
          color.lineTo(x + 70, 200);
          color.lineTo(x + 85, 512);
          color.fill();
        }
        weave(color, relief, 4, 0.05);
      }),
    ),
  meera: (renderer) =>
    renderer.texture(
      paint(1024, 512, (color, relief) => {
        color.fillStyle = '#1d6a5c';
        color.fillRect(0, 0, 1024, 512);
        for (let i = 0; i < 40; i++)
          flower(color, (i * 77) % 1024, (i * 131) % 512, 9, 6, '#e7bb57', '#1d6a5c');
        color.fillStyle = LOOKS.meera.skin;
        color.fillRect(0, 0, 1024, 104);
        color.fillStyle = '#e7bb57';
        color.fillRect(0, 104, 1024, 10);
        weave(color, relief, 4, 0.05);
      }),
    ),
};

/** The saree's pallu: from the right hip across the chest over the left shoulder. */
function pallu(): Geometry {
  return surface(
    (u, v) => {
      const height = mix(0.02, 0.72, v);
      const centre = mix(-0.16, 0.115, v);
      const half = mix(0.2, 0.075, v);
      const pleat = 0.006 * Math.sin(u * TAU * 4);
      return body.torsoPoint(
        ((mix(centre - half, centre + half, u) % 1) + 1) % 1,
        height,
        0.92,
        0.022 + pleat + 0.012 * v,
      );
    },
    60,
    40,
  );
}

/** A necklace: `count` beads on an arc. */
function pearls(radius: number, y: number, depth: number, size: number, count: number): Geometry {
  const bead = ellipsoid([size, size, size], 1, 7, 5);
  return merge(
    Array.from({ length: count }, (_, i) => {
      const a = mix(-1.2, 1.2, i / (count - 1));
      return {
        geometry: bead,
        matrix: new DOMMatrix().translate(
          radius * Math.sin(a),
          y - 0.075 * Math.cos(a),
          depth * Math.cos(a) + 0.03,
        ),
      };
    }),
  );
}

/** The pallu's print: orange with butti between two borders. */
const palluTexture = (renderer: Renderer): WebGLTexture =>
  renderer.texture(
    paint(512, 512, (color, relief) => {
      color.fillStyle = '#d3541f';
      color.fillRect(0, 0, 512, 512);
      for (let y = 20; y < 512; y += 46)
        for (let x = 100; x < 430; x += 46)
          flower(color, x + (y % 92 ? 0 : 23), y, 8, 6, '#f7cf73', '#a5252f');
      for (const x of [0, 430]) {
        color.fillStyle = '#8d1638';
        color.fillRect(x, 0, 82, 512);
        color.fillStyle = '#f0c25a';
        for (const dx of [6, 30, 62]) color.fillRect(x + dx, 0, dx === 30 ? 20 : 8, 512);
      }
      weave(color, relief, 4, 0.05);
    }),
  );
