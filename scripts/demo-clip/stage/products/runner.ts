/** "Monsoon Runner": a knitted running shoe with wave bands and a speckled rocker sole. */
import { curve, rgb } from '../math.ts';
import { type Brush, paint, panel, speckle, weave } from '../paint.ts';
import type { Renderer } from '../renderer.ts';
import type { Product } from './product.ts';
import * as form from './shoe-form.ts';
import { H, shape, W, X, Y } from './shoe-pattern.ts';

const FORM: form.ShoeForm = {
  soleTop: curve([0, 0.235, 0.2, 0.215, 0.5, 0.175, 0.75, 0.15, 0.92, 0.165, 1, 0.2]),
  toeSpring: 0.11,
  topline: curve([
    0, 0.33, 0.05, 0.31, 0.2, 0.235, 0.38, 0.3, 0.47, 0.285, 0.68, 0.2, 0.84, 0.168, 0.95, 0.135, 1, 0.06,
  ]),
  opening: curve([0, 0.62, 0.2, 0.74, 0.34, 0.55, 0.44, 0.3, 0.62, 0.24, 0.7, 0.0]),
  soleEdge: [
    0, 0, 0.9, 0, 0.975, 0.04, 1.0, 0.14, 1.045, 0.3, 1.06, 0.5, 1.05, 0.7, 1.02, 0.88, 1.0, 0.98, 0.94, 1.0,
    0, 0.97,
  ],
  collarRadius: 0.026,
  throatEnd: 0.685,
  laceRows: 5,
  laceFrom: 0.47,
  tongueRise: 0.1,
};

function paintUpper(color: Brush, relief: Brush): void {
  const base = color.createLinearGradient(0, 0, W, 0);
  base.addColorStop(0, '#0b5d66');
  base.addColorStop(0.45, '#11808a');
  base.addColorStop(1, '#1fa7a4');
  color.fillStyle = base;
  color.fillRect(0, 0, W, H);
  weave(color, relief, 5, 0.1);
  // Open-knit dots over the toe box.
  for (let i = 0; i < 26; i++) {
    for (let j = 0; j < 12; j++) {
      const x = X(0.7 + i * 0.0105) + (j % 2) * 6;
      const y = Y(0.3 + j * 0.058);
      color.fillStyle = 'rgba(3,40,48,.75)';
      relief.fillStyle = '#303030';
      for (const brush of [color, relief]) {
        brush.beginPath();
        brush.ellipse(x, y, 3.6, 6, 0, 0, 7);
        brush.fill();
      }
    }
  }
  // Rain-cloud waves: three bands that swell from the heel and run out before the toe.
  const bands = [
    { low: 0.1, high: 0.25, fill: '#f7a823' },
    { low: 0.33, high: 0.45, fill: '#ffd06b' },
    { low: 0.53, high: 0.62, fill: '#f06a3a' },
  ];
  for (const { low, high, fill } of bands) {
    const path = new Path2D();
    const swell = (t: number, v: number): number => v + 0.085 * Math.sin(t * 21 + low * 5) * (1 - t * 0.7);
    const from = 0.19;
    const to = 0.72 - low * 0.25;
    for (let i = 0; i <= 40; i++) {
      const t = from + ((to - from) * i) / 40;
      path.lineTo(X(t), Y(swell(t, low + (high - low) * 0.5 * (i / 40) ** 2)));
    }
    for (let i = 40; i >= 0; i--) {
      const t = from + ((to - from) * i) / 40;
      path.lineTo(X(t), Y(swell(t, high - (high - low) * 0.5 * (i / 40) ** 2)));
    }
    path.closePath();
    panel(color, relief, path, fill, 'rgba(120,50,10,.0)', 205);
  }
  panel(
    color,
    relief,
    shape([
      [0, -0.1],
      [0.26, -0.1],
      [0.3, 0.08],
      [0.2, 0.3],
      [0.17, 0.55],
      [0.08, 0.8],
      [0, 0.84],
    ]),
    '#0a3f4c',
    '#f7a823',
  );
  panel(
    color,
    relief,
    shape([
      [0.8, -0.1],
      [1.02, -0.1],
      [1.02, 0.4],
      [0.97, 0.36],
      [0.93, 0.3],
      [0.87, 0.16],
    ]),
    '#0a3f4c',
    '#f7a823',
  );
  // Eyestay with eyelets.
  panel(
    color,
    relief,
    shape([
      [0.4, 1.1],
      [0.41, 0.78],
      [0.52, 0.74],
      [0.62, 0.72],
      [0.7, 0.74],
      [0.735, 0.9],
      [0.72, 1.1],
    ]),
    '#0d6a73',
    '#f7a823',
    195,
  );
  for (let i = 0; i < FORM.laceRows; i++) {
    const t = FORM.throatEnd - 0.035 + (FORM.laceFrom - FORM.throatEnd + 0.035) * (i / (FORM.laceRows - 1));
    for (const [r, fill] of [
      [11, '#f7a823'],
      [6, '#06222a'],
    ] as const) {
      color.fillStyle = fill;
      color.beginPath();
      color.arc(X(t), Y(0.92), r, 0, 7);
      color.fill();
    }
  }
}

function paintSole(color: Brush, relief: Brush): void {
  const { width, height } = color.canvas;
  color.fillStyle = '#f4ead6';
  color.fillRect(0, 0, width, height);
  speckle(color, ['#f7a823', '#11808a', '#e2643b', '#c9b892'], 900, 4.5, 7);
  const y = (v: number): number => (1 - v) * height;
  // Rows of the edge profile are evenly spaced in v: the tread ends at row 3 of 10.
  color.fillStyle = '#0a3440';
  color.fillRect(0, y(0.27), width, height);
  relief.fillStyle = '#505050';
  relief.fillRect(0, y(0.275), width, 8);
  color.fillStyle = '#f08a2c';
  color.fillRect(0, y(0.3), width, y(0.27) - y(0.3));
  for (let i = 0; i < 60; i++) {
    const x = (i / 60) * width;
    relief.fillStyle = '#303030';
    relief.fillRect(x, y(0.27), 8, y(0.08) - y(0.27));
    const groove = new Path2D();
    groove.moveTo(x, y(0.44));
    groove.quadraticCurveTo(x + 14, y(0.5), x + 6, y(0.6));
    for (const brush of [color, relief]) {
      brush.strokeStyle = brush === color ? 'rgba(120,100,70,.35)' : '#202020';
      brush.lineWidth = 4;
      brush.lineCap = 'round';
      brush.stroke(groove);
    }
  }
}

export function buildRunner(renderer: Renderer): Product {
  const upperMap = renderer.texture(paint(W, H, paintUpper));
  const soleMap = renderer.texture(paint(2048, 512, paintSole));
  const knit = renderer.texture(
    paint(256, 256, (color, relief) => {
      color.fillStyle = '#ffffff';
      color.fillRect(0, 0, 256, 256);
      weave(color, relief, 8, 0.14);
    }),
  );
  const parts = [
    { mesh: renderer.mesh(form.sole(FORM)), material: { map: soleMap, bump: 0.012, roughness: 0.62 } },
    ...([1, -1] as const).map((side) => ({
      mesh: renderer.mesh(form.upper(FORM, side)),
      material: {
        map: upperMap,
        repeat: [side, 1] as const,
        bump: 0.008,
        roughness: 0.68,
        back: rgb('#0a2a33'),
        sheen: rgb('#0d4a50'),
      },
    })),
    {
      mesh: renderer.mesh(form.collar(FORM)),
      material: { map: knit, repeat: [2, 14] as const, bump: 0.004, color: rgb('#0f747e'), roughness: 0.85 },
    },
    {
      mesh: renderer.mesh(form.tongue(FORM)),
      material: { map: knit, repeat: [4, 6] as const, bump: 0.004, color: rgb('#f09a28'), roughness: 0.85 },
    },
    { mesh: renderer.mesh(form.insole(FORM)), material: { color: rgb('#f09a28'), roughness: 0.9 } },
    {
      mesh: renderer.mesh(form.laces(FORM)),
      material: { map: knit, repeat: [2, 20] as const, bump: 0.003, color: rgb('#fff4de'), roughness: 0.8 },
    },
  ];
  return { items: (_time, place) => parts.map((part) => ({ ...part, matrix: place })) };
}
