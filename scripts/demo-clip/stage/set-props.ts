/** Things on and around the table: garlands, petals, cloth, and what is painted on them. */
import { mix, random, TAU } from './math.ts';
import { type Geometry, merge, surface } from './mesh.ts';
import { paint, weave } from './paint.ts';
import { flower, paisley, temples } from './products/textiles.ts';
import type { Palette } from './set-style.ts';

const cube = (s: number): [number, number, number] => [s, s, s];

/** One marigold, a ruffled ball of radius 1. */
function marigold(): Geometry {
  return surface(
    (u, v) => {
      const lat = (v - 0.5) * Math.PI;
      const ruffle =
        1 + 0.13 * Math.sin(u * TAU * 9 + Math.floor(v * 7) * 1.3) * Math.cos(lat) + 0.1 * Math.sin(v * 44);
      const r = Math.cos(lat) * ruffle;
      return [r * Math.cos(u * TAU), Math.sin(lat) * 0.78 * ruffle, -r * Math.sin(u * TAU)];
    },
    13,
    8,
  );
}

/** Every second bloom of a string, so that two colours alternate. */
export function garland(seed: number, blooms: number, parity: 0 | 1): Geometry {
  const next = random(seed);
  const bloom = marigold();
  return merge(
    Array.from({ length: Math.ceil((blooms - parity) / 2) }, (_, i) => ({
      geometry: bloom,
      matrix: new DOMMatrix()
        .translate((next() - 0.5) * 0.015, -(i * 2 + parity) * 0.094, (next() - 0.5) * 0.015)
        .rotate(next() * 40 - 20, next() * 360, next() * 40 - 20)
        .scale(...cube(0.062 + next() * 0.01)),
    })),
  );
}

/** Petals fallen on the table. */
export function petals(seed: number): Geometry {
  const next = random(seed);
  const petal = surface(
    (u, v) => [
      (u - 0.5) * 0.035 * Math.sin(v * Math.PI) ** 0.6,
      0.006 + 0.012 * (u - 0.5) ** 2 * 4,
      (v - 0.5) * 0.05,
    ],
    4,
    5,
  );
  return merge(
    Array.from({ length: 34 }, () => {
      const a = next() * TAU;
      const r = 0.78 + next() * 0.5;
      return {
        geometry: petal,
        matrix: new DOMMatrix()
          .translate(Math.cos(a) * r * 1.1, 0, Math.abs(Math.sin(a)) * r * 0.75 + 0.02)
          .rotate(next() * 16 - 8, next() * 360, next() * 16 - 8),
      };
    }),
  );
}

/** The cloth round the table, pleated towards its hem. */
export function skirt(): Geometry {
  return surface(
    (u, v) => {
      const a = mix(-Math.PI * 0.08, Math.PI * 1.08, u);
      const pleat = 1 + 0.02 * Math.sin(u * TAU * 26) * v;
      return [1.5 * Math.cos(a) * pleat, mix(-0.07, -1.9, v), 0.98 * Math.sin(a) * pleat - 0.1];
    },
    208,
    3,
  );
}

/** The table cloth: a border of flowers, then rows of mangoes. */
export function printedCloth(colors: Palette): ImageData {
  return paint(2048, 1024, (color, relief) => {
    color.scale(2, 2);
    color.fillStyle = colors.cloth;
    color.fillRect(0, 0, 1024, 512);
    for (let row = 0; row < 4; row++) {
      for (let i = 0; i < 8; i++) {
        const x = (i + 0.5 + (row % 2) * 0.5) * 128;
        const y = 190 + row * 88;
        paisley(
          color,
          x % 1024,
          y,
          62,
          [colors.clothInk, colors.cloth, colors.clothInk],
          row % 2 ? 0.4 : -0.4,
        );
        flower(color, (x + 64) % 1024, y, 15, 6, colors.clothInk, colors.clothBorder);
      }
    }
    color.fillStyle = colors.clothBorder;
    color.fillRect(0, 0, 1024, 104);
    temples(color, 102, -44, 32, colors.clothBorder);
    color.fillStyle = colors.clothInk;
    color.fillRect(0, 0, 1024, 12);
    color.fillRect(0, 88, 1024, 8);
    for (let i = 0; i < 16; i++)
      flower(color, (i + 0.5) * 64, 50, 24, 10, colors.clothInk, colors.clothBorder);
    weave(color, relief, 4, 0.05);
  });
}

/** Light wood grain, to be tinted. */
export function woodGrain(): ImageData {
  return paint(512, 512, (color, relief) => {
    const next = random(9);
    color.fillStyle = '#ffffff';
    color.fillRect(0, 0, 512, 512);
    for (let i = 0; i < 240; i++) {
      const y = next() * 512;
      color.strokeStyle = `rgba(40,15,5,${0.05 + next() * 0.12})`;
      color.lineWidth = 0.6 + next() * 2.4;
      color.beginPath();
      color.moveTo(0, y);
      color.bezierCurveTo(170, y + next() * 22 - 11, 340, y + next() * 22 - 11, 512, y);
      color.stroke();
    }
    relief.fillStyle = '#808080';
  });
}

/** The plate of the turntable: a ring of petals, so that its turning shows. */
export function plateInlay(): ImageData {
  return paint(512, 512, (color, relief) => {
    color.fillStyle = '#ffffff';
    color.fillRect(0, 0, 512, 512);
    color.fillStyle = 'rgba(200,150,60,.85)';
    for (let i = 0; i < 24; i++) {
      color.beginPath();
      color.ellipse((i + 0.5) * (512 / 24), 365, 5, 30, 0, 0, TAU);
      color.fill();
    }
    relief.fillStyle = '#808080';
  });
}
