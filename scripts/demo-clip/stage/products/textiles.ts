/** Printed and woven ornament for the handloom products: butti, paisley, temple borders, folded cloth. */
import { mix, spline, TAU, type Vec3 } from '../math.ts';
import { type Geometry, surface } from '../mesh.ts';
import type { Brush } from '../paint.ts';

/** A mango (paisley) of height `size`, its tip curling to the right. */
export function paisley(
  brush: Brush,
  x: number,
  y: number,
  size: number,
  fills: readonly string[],
  lean = 0,
): void {
  brush.save();
  brush.translate(x, y);
  brush.rotate(lean);
  fills.forEach((fill, ring) => {
    const s = size * (1 - ring * 0.3);
    brush.fillStyle = fill;
    brush.beginPath();
    brush.moveTo(0.32 * s, -0.5 * s);
    brush.bezierCurveTo(0.02 * s, -0.62 * s, -0.36 * s, -0.18 * s, -0.36 * s, 0.14 * s);
    brush.bezierCurveTo(-0.36 * s, 0.62 * s, 0.38 * s, 0.62 * s, 0.36 * s, 0.12 * s);
    brush.bezierCurveTo(0.34 * s, -0.2 * s, -0.02 * s, -0.24 * s, 0.32 * s, -0.5 * s);
    brush.fill();
  });
  brush.restore();
}

/** A round flower of `petals` petals with an eye. */
export function flower(
  brush: Brush,
  x: number,
  y: number,
  radius: number,
  petals: number,
  fill: string,
  eye: string,
): void {
  brush.fillStyle = fill;
  for (let i = 0; i < petals; i++) {
    const a = (i / petals) * TAU;
    brush.beginPath();
    brush.ellipse(
      x + Math.cos(a) * radius * 0.6,
      y + Math.sin(a) * radius * 0.6,
      radius * 0.42,
      radius * 0.24,
      a,
      0,
      TAU,
    );
    brush.fill();
  }
  brush.fillStyle = eye;
  brush.beginPath();
  brush.arc(x, y, radius * 0.28, 0, TAU);
  brush.fill();
}

/** A row of temple spires along y = `base`, pointing up by `height` (down when negative). */
export function temples(brush: Brush, base: number, height: number, pitch: number, fill: string): void {
  brush.fillStyle = fill;
  for (let x = 0; x < brush.canvas.width; x += pitch) {
    brush.beginPath();
    for (let i = 0; i <= 4; i++) {
      brush.lineTo(x + (pitch / 2) * (i / 4) ** 1.0, base - height * (i / 4) ** 1.5);
    }
    for (let i = 4; i >= 0; i--) {
      brush.lineTo(x + pitch - (pitch / 2) * (i / 4) ** 1.0, base - height * (i / 4) ** 1.5);
    }
    brush.fill();
  }
}

/** Cloth folded back and forth `layers` times: width along x, folds towards +z, texture v along the cloth. */
export function foldedCloth(width: number, depth: number, height: number, layers: number): Geometry {
  const points: Vec3[] = [];
  const pitch = height / layers;
  for (let i = 0; i < layers; i++) {
    const y = pitch * (i + 0.5);
    const to = i % 2 ? -1 : 1;
    const inset = (i % 3) * 0.006;
    for (const f of [-0.96, -0.5, 0, 0.5, 0.96]) points.push([0, y, to * f * (depth / 2 - inset)]);
    if (i < layers - 1) points.push([0, y + pitch / 2, to * (depth / 2 - inset + pitch * 0.35)]);
  }
  const line = spline(points);
  return surface(
    (u, v) => {
      const p = line(v);
      const x = (u - 0.5) * width;
      const sag = 0.012 * Math.sin(u * Math.PI) * (p[1] / height);
      return [x, p[1] + mix(0, 0.012, sag) - sag * 0.4, p[2]];
    },
    20,
    layers * 26,
  );
}
