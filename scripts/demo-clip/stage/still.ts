/** Still pictures from the same studio: product shots, shop avatars and show covers. */

import { mix3, rgb, type Vec3 } from './math.ts';
import { lathe } from './mesh.ts';
import { type Brush, canvas } from './paint.ts';
import { CHAPTERS, CLOSE_FROM, type ProductKey } from './programme.ts';
import type { Scene } from './scene.ts';
import { Studio } from './studio.ts';
import type { HostName } from './wardrobe.ts';

/** `limit`: the most bytes the picture may have. */
export type StillRequest = { passes: number; limit: number } & (
  | { kind: 'product'; key: ProductKey; view: 0 | 1 | 2 }
  | { kind: 'avatar'; host: HostName }
  | { kind: 'cover'; chapter: number; lines: readonly string[]; hindi: string }
);

const studios = new Map<string, Studio>();

function studioOf(width: number, height: number): Studio {
  const name = `${width}x${height}`;
  const studio = studios.get(name) ?? new Studio(width, height);
  studios.set(name, studio);
  return studio;
}

/** Angle, camera distance and height, and height of the middle, for the three views of each product. */
type View = readonly [angle: number, distance: number, height: number, middle: number];
const VIEWS: Record<ProductKey, readonly [View, View, View]> = {
  runner: [
    [-28, 2.95, 0.85, 0.27],
    [152, 2.95, 0.75, 0.27],
    [-72, 2.3, 1.25, 0.28],
  ],
  hightop: [
    [-28, 3.25, 0.9, 0.36],
    [150, 3.25, 0.75, 0.36],
    [-70, 2.6, 1.35, 0.38],
  ],
  cap: [
    [-58, 3.15, 0.95, 0.42],
    [-90, 2.45, 0.8, 0.44],
    [150, 3.2, 1.15, 0.42],
  ],
  saree: [
    [-12, 3.05, 0.9, 0.47],
    [0, 2.0, 1.1, 0.62],
    [34, 2.9, 1.1, 0.47],
  ],
  stole: [
    [-18, 3.1, 0.85, 0.53],
    [8, 2.0, 0.75, 0.5],
    [35, 3.0, 1.1, 0.53],
  ],
  lamp: [
    [0, 3.1, 0.9, 0.52],
    [20, 1.9, 1.15, 0.76],
    [36, 3.1, 1.3, 0.52],
  ],
};

const GROUND: Record<ProductKey, string> = {
  runner: '#f3c98b',
  hightop: '#e9b7a0',
  cap: '#9cc6c4',
  saree: '#f0c987',
  stole: '#e8c3a4',
  lamp: '#8c2f3d',
};

/** Draws the picture and answers WebP bytes, base64. */
export async function drawStill(request: StillRequest): Promise<string> {
  const brush =
    request.kind === 'product'
      ? productShot(request)
      : request.kind === 'avatar'
        ? avatar(request)
        : cover(request);
  let bytes = new Uint8Array(0);
  for (let quality = 0.92; quality > 0.3; quality -= 0.06) {
    const blob = await brush.canvas.convertToBlob({ type: 'image/webp', quality });
    bytes = new Uint8Array(await blob.arrayBuffer());
    if (bytes.length <= request.limit) break;
  }
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function develop(studio: Studio, scene: Scene, passes: number, size: readonly [number, number]): Brush {
  studio.renderer.render(scene, passes);
  const brush = canvas(...size);
  brush.imageSmoothingQuality = 'high';
  brush.drawImage(studio.renderer.canvas, 0, 0, ...size);
  return brush;
}

function productShot({ key, view, passes }: Extract<StillRequest, { kind: 'product' }>): Brush {
  const studio = studioOf(800, 800);
  const chapter = CHAPTERS.find((one) => one.key === key);
  const [angle, distance, height, middle] = VIEWS[key][view];
  const product = studio.product(key);
  const lighting = studio.set(chapter?.set ?? 'loft').lighting;
  const sweep = studio.renderer.mesh(lathe([0.001, 0, 2.2, 0, 3.2, 0.05, 4.2, 0.6, 4.8, 1.8, 5, 5], 64, 5));
  const ground: Vec3 = rgb(GROUND[key]);
  const size = chapter?.scale ?? 1;
  const place = new DOMMatrix().rotate(0, angle, 0).scale(size, size, size);
  const flames = (product.flames ?? []).map((at): Vec3 => {
    const p = place.transformPoint({ x: at[0], y: at[1] + 0.045, z: at[2], w: 1 });
    return [p.x, p.y, p.z];
  });
  return develop(
    studio,
    {
      items: [
        { mesh: sweep, material: { color: ground, roughness: 0.9, shadow: false }, matrix: new DOMMatrix() },
        ...product.items(0.4, place),
      ],
      glows: flames.map((at) => ({ at, color: [0.42, 0.2, 0.06] as const, radius: 0.14, softness: 1 })),
      camera: { eye: [0, height, distance], target: [0, middle, 0], fov: 0.44, aperture: 0.008 },
      lighting: {
        ...lighting,
        rims: [
          { direction: [0.9, 0.35, -0.45], color: [1.4, 1.1, 0.9] },
          { direction: [-0.8, 0.45, -0.7], color: [1.0, 1.1, 1.3] },
        ],
        sky: mix3(lighting.sky, [0.62, 0.6, 0.6], 0.6),
        environment: { top: [0.5, 0.5, 0.52], horizon: [0.5, 0.47, 0.45], ground: [0.2, 0.17, 0.15] },
        vignette: 0.2,
        ...(flames.length
          ? { point: { at: [0, 0.76, 0.12] as const, color: [1.1, 0.5, 0.16] as const } }
          : {}),
      },
      bounds: { centre: [0, 0.5, 0], radius: 1.0 },
    },
    passes,
    [800, 800],
  );
}

function avatar({ host, passes }: Extract<StillRequest, { kind: 'avatar' }>): Brush {
  const studio = studioOf(512, 512);
  const index = CHAPTERS.findIndex((one) => one.host === host);
  const scene = studio.scene(index, 0);
  return develop(
    studio,
    {
      ...scene,
      items: [
        ...studio
          .set(host === 'sahil' ? 'loft' : 'haveli')
          .items(0, 0, true)
          .slice(-1),
        ...studio.host(host).items(2.05, [[0, 'rest']], 0, [0, 0]),
      ],
      camera: { eye: [0.15, 1.28, 2.2], target: [0, 1.12, -0.98], fov: 0.25, aperture: 0.01 },
      bounds: { centre: [0, 0.9, -0.98], radius: 0.8 },
    },
    passes,
    [256, 256],
  );
}

function cover({ chapter, passes, lines, hindi }: Extract<StillRequest, { kind: 'cover' }>): Brush {
  const studio = studioOf(720, 1280);
  const time = CLOSE_FROM - 0.35;
  const brush = develop(studio, studio.scene(chapter, time), passes, [720, 1280]);
  const { card, set } = CHAPTERS[chapter] ?? CHAPTERS[0] ?? { card: undefined, set: 'loft' };
  const shade = brush.createLinearGradient(0, 780, 0, 1280);
  shade.addColorStop(0, 'rgba(14,5,20,0)');
  shade.addColorStop(0.55, 'rgba(14,5,20,.72)');
  shade.addColorStop(1, 'rgba(14,5,20,.92)');
  brush.fillStyle = shade;
  brush.fillRect(0, 0, 720, 1280);
  const loft = set === 'loft';
  lines.forEach((line, row) => {
    brush.font = loft
      ? '900 92px "Noto Sans Display Condensed", "Noto Sans", sans-serif'
      : 'italic 800 88px "Noto Serif Display", "Noto Serif", serif';
    brush.fillStyle = (row ? card?.accent : card?.ink) ?? '#fff';
    brush.fillText(loft ? line.toUpperCase() : line, 48, 1010 + row * 92);
  });
  brush.font = loft
    ? '800 42px "Noto Sans Devanagari", sans-serif'
    : '700 42px "Noto Serif Devanagari", serif';
  brush.fillStyle = card?.ink ?? '#fff';
  brush.fillText(hindi, 50, 1010 + lines.length * 92 - 10);
  return brush;
}
