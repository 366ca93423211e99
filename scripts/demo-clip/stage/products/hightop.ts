/** "Chowk High": a canvas high-top with suede panels, kite patch and gum sole. */
import { curve, rgb } from '../math.ts';
import { type Brush, paint, panel, speckle, weave } from '../paint.ts';
import type { Renderer } from '../renderer.ts';
import type { Product } from './product.ts';
import * as form from './shoe-form.ts';
import { H, shape, W, X, Y } from './shoe-pattern.ts';

const FORM: form.ShoeForm = {
  soleTop: curve([0, 0.15, 0.5, 0.135, 0.8, 0.135, 1, 0.165]),
  toeSpring: 0.05,
  topline: curve([
    0, 0.6, 0.12, 0.57, 0.26, 0.585, 0.34, 0.625, 0.4, 0.5, 0.47, 0.4, 0.57, 0.325, 0.69, 0.26, 0.84, 0.18,
    0.95, 0.145, 1, 0.06,
  ]),
  opening: curve([0, 0.66, 0.2, 0.72, 0.29, 0.55, 0.37, 0.3, 0.64, 0.24, 0.72, 0.0]),
  soleEdge: [
    0, 0, 0.92, 0, 1.0, 0.05, 1.03, 0.16, 1.04, 0.3, 1.04, 0.5, 1.04, 0.7, 1.04, 0.88, 1.02, 0.98, 0.96, 1.0,
    0, 0.97,
  ],
  collarRadius: 0.024,
  throatEnd: 0.7,
  laceRows: 8,
  laceFrom: 0.375,
  tongueRise: 0.1,
};

function paintUpper(color: Brush, relief: Brush): void {
  color.fillStyle = '#efe3cc';
  color.fillRect(0, 0, W, H);
  weave(color, relief, 4, 0.1);
  const suede = color.createLinearGradient(0, 0, 0, H);
  suede.addColorStop(0, '#8e1f33');
  suede.addColorStop(1, '#6d1527');
  panel(
    color,
    relief,
    shape([
      [0, -0.1],
      [0.3, -0.1],
      [0.3, 0.14],
      [0.19, 0.26],
      [0.14, 0.5],
      [0.12, 1.1],
      [0, 1.1],
    ]),
    suede,
    '#f3c987',
  );
  panel(
    color,
    relief,
    shape([
      [0.315, 1.1],
      [0.31, 0.87],
      [0.41, 0.74],
      [0.55, 0.68],
      [0.69, 0.68],
      [0.745, 0.86],
      [0.73, 1.1],
    ]),
    suede,
    '#f3c987',
  );
  panel(
    color,
    relief,
    shape([
      [0.8, -0.1],
      [1.02, -0.1],
      [1.02, 1.1],
      [0.93, 1.1],
      [0.865, 0.72],
      [0.835, 0.3],
    ]),
    '#f7efe0',
    '#c9b48e',
    225,
  );
  paintKite(color, relief, X(0.46), Y(0.4));
  for (let i = 0; i < FORM.laceRows; i++) {
    const t = FORM.throatEnd - 0.035 + (FORM.laceFrom - FORM.throatEnd + 0.035) * (i / (FORM.laceRows - 1));
    for (const [r, fill] of [
      [10, '#e7c27a'],
      [5, '#2a0d12'],
    ] as const) {
      color.fillStyle = fill;
      color.beginPath();
      color.arc(X(t), Y(0.92), r, 0, 7);
      color.fill();
    }
  }
}

/** The appliqué on the side: a paper kite whose tail runs back to the heel. */
function paintKite(color: Brush, relief: Brush, x: number, y: number): void {
  const tail = new Path2D();
  tail.moveTo(x - 6, y + 96);
  tail.bezierCurveTo(x - 60, y + 190, x - 130, y + 20, x - 190, y + 130);
  for (const [brush, style] of [
    [color, '#7c1a2e'],
    [relief, '#c8c8c8'],
  ] as const) {
    brush.strokeStyle = style;
    brush.lineWidth = 7;
    brush.stroke(tail);
  }
  for (const [bx, by, fill] of [
    [-52, 118, '#f0a32c'],
    [-110, 92, '#1f4e5f'],
    [-166, 104, '#d8553b'],
  ] as const) {
    const bow = new Path2D();
    bow.moveTo(x + bx - 13, y + by - 22);
    bow.lineTo(x + bx + 13, y + by + 22);
    bow.lineTo(x + bx + 13, y + by - 22);
    bow.lineTo(x + bx - 13, y + by + 22);
    bow.closePath();
    panel(color, relief, bow, fill, 'rgba(0,0,0,0)', 190);
  }
  const corners: readonly (readonly [number, number])[] = [
    [14, -118],
    [66, -8],
    [-6, 100],
    [-60, -22],
  ];
  const fills = ['#d8553b', '#f0a32c', '#1f4e5f', '#7c1a2e'];
  corners.forEach((corner, i) => {
    const next = corners[(i + 1) % 4] ?? corner;
    const sail = new Path2D();
    sail.moveTo(x + 4, y - 14);
    sail.lineTo(x + corner[0], y + corner[1]);
    sail.lineTo(x + next[0], y + next[1]);
    sail.closePath();
    panel(color, relief, sail, fills[i] ?? '#000', 'rgba(255,240,215,.75)', 200);
  });
}

function paintSole(color: Brush, relief: Brush): void {
  const { width, height } = color.canvas;
  color.fillStyle = '#f7efe0';
  color.fillRect(0, 0, width, height);
  const y = (v: number): number => (1 - v) * height;
  color.fillStyle = '#b5713a';
  color.fillRect(0, y(0.38), width, height);
  speckle(color, ['rgba(120,66,28,.25)', 'rgba(214,150,90,.25)'], 500, 7, 3);
  color.fillStyle = '#7c1a2e';
  color.fillRect(0, y(0.66), width, y(0.6) - y(0.66));
  relief.fillStyle = '#303030';
  relief.fillRect(0, y(0.39), width, 7);
  for (let i = 0; i < 130; i++) {
    relief.fillStyle = '#484848';
    relief.fillRect((i / 130) * width, y(0.36), 6, y(0.14) - y(0.36));
  }
}

export function buildHighTop(renderer: Renderer): Product {
  const upperMap = renderer.texture(paint(W, H, paintUpper));
  const soleMap = renderer.texture(paint(2048, 256, paintSole));
  const cloth = renderer.texture(
    paint(256, 256, (color, relief) => {
      color.fillStyle = '#ffffff';
      color.fillRect(0, 0, 256, 256);
      weave(color, relief, 8, 0.12);
    }),
  );
  const parts = [
    { mesh: renderer.mesh(form.sole(FORM)), material: { map: soleMap, bump: 0.01, roughness: 0.6 } },
    ...([1, -1] as const).map((side) => ({
      mesh: renderer.mesh(form.upper(FORM, side)),
      material: {
        map: upperMap,
        repeat: [side, 1] as const,
        bump: 0.008,
        roughness: 0.8,
        back: rgb('#5a1422'),
        sheen: rgb('#5a4636'),
      },
    })),
    {
      mesh: renderer.mesh(form.collar(FORM)),
      material: { map: cloth, repeat: [2, 14] as const, bump: 0.003, color: rgb('#7c1a2e'), roughness: 0.85 },
    },
    {
      mesh: renderer.mesh(form.tongue(FORM)),
      material: { map: cloth, repeat: [4, 6] as const, bump: 0.003, color: rgb('#efe3cc'), roughness: 0.85 },
    },
    { mesh: renderer.mesh(form.insole(FORM)), material: { color: rgb('#c98a4a'), roughness: 0.9 } },
    {
      mesh: renderer.mesh(form.laces(FORM)),
      material: { map: cloth, repeat: [2, 20] as const, bump: 0.003, color: rgb('#fff7e8'), roughness: 0.8 },
    },
  ];
  return { items: (_time, place) => parts.map((part) => ({ ...part, matrix: place })) };
}
