/** "Gully Cap": a five-panel cap with an embroidered sunrise, on a turned wooden stand. */
import { mix, rgb, TAU, type Vec3 } from '../math.ts';
import { ellipsoid, lathe, surface, tube } from '../mesh.ts';
import { type Brush, paint, weave } from '../paint.ts';
import type { Renderer } from '../renderer.ts';
import type { Product } from './product.ts';

const BASE = 0.34;
const RX = 0.43;
const RZ = 0.37;
const CROWN = 0.42;

function dome(lon: number, rise: number): Vec3 {
  const a = (rise * Math.PI) / 2;
  const ring = Math.cos(a) ** 0.78;
  const front = Math.max(0, Math.cos(lon));
  return [
    RX * ring * Math.cos(lon),
    BASE + CROWN * Math.sin(a) ** 0.86 * (1 + 0.08 * front * Math.sin(2 * a)),
    -RZ * ring * Math.sin(lon),
  ];
}

function brimPoint(u: number, v: number): Vec3 {
  const top = v < 0.5;
  const out = top ? v * 2 : 2 - v * 2;
  const lon = mix(-1.3, 1.3, u);
  const edge = dome(lon, 0.0);
  const reach = 0.41 * Math.max(0, 1 - (lon / 1.3) ** 2) ** 0.9;
  const side = Math.sin(lon);
  const droop = 0.055 * out * out + 0.11 * side * side * out;
  const thickness = top ? 0.009 : -0.009;
  const rim = Math.sqrt(1 - out ** 8);
  return [
    edge[0] - 0.012 + reach * out,
    edge[1] + 0.012 - droop + thickness * rim,
    edge[2] * (1 + 0.06 * out),
  ];
}

function paintCrown(color: Brush, relief: Brush): void {
  const { width: w, height: h } = color.canvas;
  color.fillStyle = '#1d2f4f';
  color.fillRect(0, 0, w, h);
  // The front panel, centred on the texture's seam (longitude zero), in mustard.
  color.fillStyle = '#e9a92f';
  const half = 0.145 * w;
  color.fillRect(0, 0, half, h);
  color.fillRect(w - half, 0, half, h);
  weave(color, relief, 4, 0.08);
  for (const seam of [0.145, 0.33, 0.5, 0.67, 0.855]) {
    relief.fillStyle = '#404040';
    relief.fillRect(seam * w - 2, 0, 5, h);
    for (const offset of [-13, 13]) {
      color.strokeStyle = 'rgba(255,236,200,.8)';
      color.lineWidth = 2.5;
      color.setLineDash([9, 7]);
      color.beginPath();
      color.moveTo(seam * w + offset, 0);
      color.lineTo(seam * w + offset, h);
      color.stroke();
      color.setLineDash([]);
    }
  }
  for (const x of [0.42, 0.58, 0.245, 0.755]) {
    color.fillStyle = '#f4d58a';
    color.beginPath();
    color.ellipse(x * w, h * 0.42, 13, 15, 0, 0, TAU);
    color.fill();
    color.fillStyle = '#0a1220';
    color.beginPath();
    color.ellipse(x * w, h * 0.42, 7, 8, 0, 0, TAU);
    color.fill();
  }
  for (const x of [0, w]) paintSunrise(color, relief, x, h * 0.7);
}

/** Embroidery: rays over a half sun over three waves. Satin stitches are short parallel strokes. */
function paintSunrise(color: Brush, relief: Brush, x: number, y: number): void {
  const stitch = (points: readonly (readonly [number, number])[], thread: string, width: number): void => {
    for (const [brush, style] of [
      [color, thread],
      [relief, '#f0f0f0'],
    ] as const) {
      brush.strokeStyle = style;
      brush.lineWidth = width;
      brush.lineCap = 'round';
      brush.beginPath();
      for (const [px, py] of points) brush.lineTo(x + px, y + py);
      brush.stroke();
    }
  };
  for (let i = 0; i <= 8; i++) {
    const a = Math.PI * (i / 8);
    const far = i % 2 ? 88 : 106;
    stitch(
      [
        [62 * Math.cos(a), -62 * Math.sin(a)],
        [far * Math.cos(a), -far * Math.sin(a)],
      ],
      i % 2 ? '#fff3d9' : '#c8412f',
      11,
    );
  }
  for (let r = -48; r <= 48; r += 5)
    stitch(
      [
        [r, 0],
        [r, -Math.sqrt(48.5 ** 2 - r * r)],
      ],
      '#c8412f',
      5.5,
    );
  ['#1d2f4f', '#fff3d9', '#146b70'].forEach((thread, row) => {
    const points = Array.from({ length: 41 }, (_, i): readonly [number, number] => [
      -100 + i * 5,
      20 + row * 22 + 7 * Math.sin(i * 0.63 + row * 1.6),
    ]);
    stitch(points, thread, 12);
  });
}

export function buildCap(renderer: Renderer): Product {
  const crown = renderer.texture(paint(2048, 512, paintCrown));
  const twill = renderer.texture(
    paint(256, 256, (color, relief) => {
      color.fillStyle = '#ffffff';
      color.fillRect(0, 0, 256, 256);
      weave(color, relief, 5, 0.12);
      color.strokeStyle = 'rgba(255,225,170,.9)';
    }),
  );
  const navy = rgb('#1d2f4f');
  const parts = [
    {
      mesh: renderer.mesh(surface((u, v) => dome(u * TAU, v), 96, 28)),
      material: { map: crown, bump: 0.007, roughness: 0.82, back: rgb('#121d31'), sheen: rgb('#3a4256') },
    },
    {
      mesh: renderer.mesh(surface(brimPoint, 48, 32)),
      material: {
        map: twill,
        repeat: [6, 4] as const,
        bump: 0.004,
        color: navy,
        roughness: 0.8,
        sheen: rgb('#3a4256'),
      },
    },
    {
      mesh: renderer.mesh(
        tube(
          (t) => {
            const p = dome(t * TAU, 0.0);
            return [p[0] * 1.003, p[1] + 0.012, p[2] * 1.003];
          },
          0.013,
          90,
          8,
        ),
      ),
      material: { color: rgb('#c8412f'), roughness: 0.8 },
    },
    {
      mesh: renderer.mesh(ellipsoid([0.035, 0.02, 0.035])),
      material: { color: rgb('#c8412f'), roughness: 0.7 },
      offset: [0, BASE + CROWN, 0] as const,
    },
    {
      mesh: renderer.mesh(
        lathe(
          [
            0.001, 0, 0.26, 0, 0.27, 0.02, 0.25, 0.045, 0.08, 0.07, 0.05, 0.16, 0.07, 0.26, 0.2, 0.34, 0.3,
            0.5, 0.001, 0.66,
          ],
          56,
        ),
      ),
      material: { color: rgb('#9a5a2c'), roughness: 0.35, clearcoat: 0.6 },
    },
  ];
  return {
    items: (_time, place) =>
      parts.map(({ offset, ...part }) => ({
        ...part,
        matrix: offset ? place.translate(...offset) : place,
      })),
  };
}
