/** Hair, clothes and jewellery of the two hosts. */
import * as body from './host-body.ts';
import { mix, smoothstep, TAU } from './math.ts';
import { ellipsoid, type Geometry, merge, surface } from './mesh.ts';
import { paint, weave } from './paint.ts';
import { flower } from './products/textiles.ts';
import type { Renderer } from './renderer.ts';
import type { Material } from './scene.ts';

export type HostName = 'sahil' | 'meera';

export const CLOTH: Material = { roughness: 0.85 };

export const LOOKS = {
  sahil: {
    skin: '#b97a50',
    lips: '#8a4636',
    hair: '#17110f',
    build: 1.08,
    sleeve: 0.84,
    sleeveColor: '#e0a030',
    brow: 0.0125,
  },
  meera: {
    skin: '#c48a5e',
    lips: '#b3283d',
    hair: '#140c0c',
    build: 0.92,
    sleeve: 0.4,
    sleeveColor: '#1d6a5c',
    brow: 0.008,
  },
} as const;

/** Hair on the head; Meera's with a bun. */
export function hair(name: HostName): Geometry {
  if (name === 'sahil') {
    const shell = body.hairShell(
      (lon) =>
        mix(0.62, -0.32, smoothstep(0.75, 1.5, Math.abs(lon))) - 0.25 * smoothstep(1.9, 2.6, Math.abs(lon)),
      (lon, lat) =>
        0.05 +
        0.1 * smoothstep(0.4, 1.2, lat) +
        0.035 * Math.sin(lon * 9 + lat * 7) * smoothstep(0.5, 1, lat),
    );
    const quiff = Array.from({ length: 9 }, (_, i) => ({
      geometry: ellipsoid([0.055, 0.036, 0.075], 1, 12, 9),
      matrix: new DOMMatrix()
        .translate(
          -0.094 + i * 0.0235,
          0.188 + 0.03 * Math.sin((i / 8) * Math.PI) + 0.007 * Math.sin(i * 2.1),
          0.075 - 0.03 * Math.abs(i / 4 - 1),
        )
        .rotate(-28, 0, 24 - i * 6),
    }));
    return merge([{ geometry: shell, matrix: new DOMMatrix() }, ...quiff]);
  }
  const shell = body.hairShell(
    (lon) =>
      mix(0.78, -0.25, smoothstep(0.25, 1.35, Math.abs(lon))) - 0.4 * smoothstep(1.6, 2.4, Math.abs(lon)),
    (lon, lat) =>
      0.05 +
      0.05 * smoothstep(0.2, 1, Math.abs(lon)) * Math.cos(lat) -
      0.035 * Math.exp(-((lon / 0.07) ** 2)),
  );
  return merge([
    { geometry: shell, matrix: new DOMMatrix() },
    { geometry: ellipsoid([0.1, 0.095, 0.08]), matrix: new DOMMatrix().translate(0.05, 0.07, -0.22) },
  ]);
}

/** Jasmine strung around the bun. */
export function jasmine(): Geometry {
  const bud = ellipsoid([0.016, 0.016, 0.016], 1, 7, 5);
  return merge(
    Array.from({ length: 30 }, (_, i) => {
      const a = (i / 30) * TAU;
      const r = 0.103 + (i % 2) * 0.014;
      return {
        geometry: bud,
        matrix: new DOMMatrix().translate(
          0.06 + r * Math.cos(a),
          0.075 + r * Math.sin(a),
          -0.185 + (i % 3) * 0.012,
        ),
      };
    }),
  );
}

/** A mouth of half width and half height 1, its corners lifted. */
export function smile(): Geometry {
  return surface(
    (u, v) => {
      const lon = u * TAU;
      const lat = (v - 0.5) * Math.PI;
      const x = Math.cos(lat) * Math.cos(lon);
      return [
        x,
        Math.sin(lat) * (1 - 0.25 * x * x) + 0.85 * x * x - 0.3,
        -0.3 * Math.cos(lat) * Math.sin(lon),
      ];
    },
    28,
    16,
  );
}

/** A short beard along the jaw. */
export function beard(): Geometry {
  return surface(
    (u, v) => {
      const lon = mix(-1.5, 1.5, u);
      const rise = mix(-0.5, 0.05, smoothstep(0.55, 1.5, Math.abs(lon)));
      const lat = mix(-Math.PI / 2, rise, v);
      const edge = smoothstep(0, 0.1, 1 - v) * smoothstep(0, 0.06, u) * smoothstep(0, 0.06, 1 - u);
      return body.headPoint(lon, lat, mix(0.985, 1.022, edge));
    },
    48,
    20,
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
export function pallu(): Geometry {
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
export function pearls(radius: number, y: number, depth: number, size: number, count: number): Geometry {
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
export const palluTexture = (renderer: Renderer): WebGLTexture =>
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
