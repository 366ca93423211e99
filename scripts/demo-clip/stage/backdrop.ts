/** The painted distance behind each set: a city terrace at dusk, a lamp-lit haveli court. */
import { mix, random, TAU } from './math.ts';
import { type Brush, paint } from './paint.ts';

export type SetName = 'loft' | 'haveli';

const SIZE = 1024;

/** A cusped (multifoil) arch: centre x, springing line y, half width, height of the head above it. */
function cuspedArch(x: number, y: number, half: number, head: number, foot: number): Path2D {
  const path = new Path2D();
  path.moveTo(x - half, foot);
  path.lineTo(x - half, y);
  const cusps = 9;
  for (let i = 0; i < cusps; i++) {
    const from = Math.PI * (1 - i / cusps);
    const to = Math.PI * (1 - (i + 1) / cusps);
    const middle = (from + to) / 2;
    const at = (a: number, r: number): [number, number] => {
      const tip = 1 + 0.16 * Math.exp(-(((a - Math.PI / 2) / 0.35) ** 2));
      return [x + Math.cos(a) * half * r, y - Math.sin(a) * head * r * tip];
    };
    path.quadraticCurveTo(...at(middle, 1.17), ...at(to, 1));
  }
  path.lineTo(x + half, foot);
  path.closePath();
  return path;
}

function dusk(brush: Brush, colors: readonly string[]): void {
  const sky = brush.createLinearGradient(0, 180, 0, 760);
  colors.forEach((color, i) => {
    sky.addColorStop(i / (colors.length - 1), color);
  });
  brush.fillStyle = sky;
  brush.fillRect(0, 0, SIZE, SIZE);
}

function paintLoft(brush: Brush): void {
  const next = random(5);
  const wall = brush.createLinearGradient(0, 0, SIZE, SIZE);
  wall.addColorStop(0, '#241a3d');
  wall.addColorStop(0.5, '#2b2350');
  wall.addColorStop(1, '#181531');
  brush.fillStyle = wall;
  brush.fillRect(0, 0, SIZE, SIZE);
  const window = cuspedArch(512, 430, 262, 240, 900);
  brush.save();
  brush.clip(window);
  dusk(brush, ['#2a2a6e', '#6b3f94', '#d8627a', '#f79a54', '#ffd58a']);
  const sun = brush.createRadialGradient(590, 610, 10, 590, 610, 190);
  sun.addColorStop(0, 'rgba(255,236,170,1)');
  sun.addColorStop(0.28, 'rgba(255,204,120,.85)');
  sun.addColorStop(1, 'rgba(255,160,90,0)');
  brush.fillStyle = sun;
  brush.fillRect(0, 0, SIZE, SIZE);
  for (const [base, fill, low, high] of [
    [640, '#a1507f', 40, 120],
    [700, '#693a73', 50, 150],
    [770, '#38265a', 40, 130],
  ] as const) {
    for (let x = 220; x < 820; ) {
      const w = 34 + next() * 48;
      const h = mix(low, high, next());
      brush.fillStyle = fill;
      brush.fillRect(x, base - h, w, 600);
      if (next() > 0.62) {
        brush.beginPath();
        brush.ellipse(x + w / 2, base - h, w * 0.42, w * 0.42, 0, Math.PI, TAU);
        brush.fill();
        brush.fillRect(x + w / 2 - 2, base - h - w * 0.75, 4, w * 0.4);
      }
      brush.fillStyle = 'rgba(255,214,130,.75)';
      for (let i = 0; i < 7; i++)
        brush.fillRect(x + 5 + next() * (w - 12), base - h + 12 + next() * 70, 5, 7);
      x += w;
    }
  }
  brush.restore();
  brush.lineWidth = 22;
  brush.strokeStyle = '#3d2f68';
  brush.stroke(window);
  brush.lineWidth = 7;
  brush.strokeStyle = '#ff7d9b';
  brush.shadowColor = '#ff4d88';
  brush.shadowBlur = 46;
  brush.stroke(window);
  brush.stroke(window);
  brush.shadowBlur = 0;
  // Shelves of boxes either side.
  for (const left of [38, 812]) {
    for (const top of [300, 440, 580]) {
      for (let i = 0; i < 3; i++) {
        brush.fillStyle =
          ['#f0a63a', '#26828a', '#d85a4a', '#e8d9bb', '#6b54a8'][Math.floor(next() * 5)] ?? '#fff';
        const h = 44 + next() * 40;
        brush.fillRect(left + i * 58, top - h, 52, h);
        brush.fillStyle = 'rgba(0,0,0,.25)';
        brush.fillRect(left + i * 58, top - h + 14, 52, 5);
      }
      brush.fillStyle = '#5a4690';
      brush.fillRect(left - 12, top, 200, 12);
    }
  }
}

function paintHaveli(brush: Brush): void {
  const wall = brush.createRadialGradient(512, 460, 120, 512, 460, 760);
  wall.addColorStop(0, '#b5482f');
  wall.addColorStop(0.5, '#86291f');
  wall.addColorStop(1, '#3a0f1c');
  brush.fillStyle = wall;
  brush.fillRect(0, 0, SIZE, SIZE);
  // Painted lattice.
  brush.strokeStyle = 'rgba(255,190,110,.10)';
  brush.lineWidth = 5;
  for (let y = 0; y < SIZE; y += 64) {
    for (let x = (y / 64) % 2 ? 32 : 0; x <= SIZE; x += 64) {
      brush.beginPath();
      brush.ellipse(x, y, 30, 30, 0, 0, TAU);
      brush.stroke();
    }
  }
  for (const [x, half, head, spring] of [
    [512, 250, 230, 440],
    [96, 108, 130, 430],
    [928, 108, 130, 430],
  ] as const) {
    const niche = cuspedArch(x, spring, half, head, 900);
    brush.save();
    brush.clip(niche);
    const glow = brush.createRadialGradient(x, 560, 10, x, 560, half * 2);
    glow.addColorStop(0, '#ffdf95');
    glow.addColorStop(0.3, '#f6a24a');
    glow.addColorStop(0.7, '#b8492f');
    glow.addColorStop(1, '#5c1826');
    brush.fillStyle = glow;
    brush.fillRect(0, 0, SIZE, SIZE);
    if (half > 200) {
      brush.fillStyle = 'rgba(120,30,40,.55)';
      for (const inset of [190, 120]) {
        const inner = cuspedArch(x, spring + 70, inset, inset, 900);
        brush.fill(inner);
        brush.fillStyle = 'rgba(255,210,130,.5)';
      }
    }
    brush.restore();
    brush.lineWidth = 18;
    brush.strokeStyle = '#f2b653';
    brush.stroke(niche);
    brush.lineWidth = 6;
    brush.strokeStyle = '#7a1f2b';
    brush.stroke(niche);
  }
}

/** The backdrop as a texture, out of focus by `blur` pixels of its 1024. */
export function paintBackdrop(set: SetName, blur: number): ImageData {
  return paint(SIZE, SIZE, (color) => {
    const source = new OffscreenCanvas(SIZE, SIZE);
    const brush = source.getContext('2d');
    if (!brush) return;
    (set === 'loft' ? paintLoft : paintHaveli)(brush);
    color.filter = `blur(${blur}px)`;
    color.drawImage(source, -8, -8, SIZE + 16, SIZE + 16);
    color.filter = 'none';
    // The floor end of the picture sinks into shade behind the table.
    const shade = color.createLinearGradient(0, SIZE * 0.6, 0, SIZE * 0.85);
    shade.addColorStop(0, 'rgba(12,6,20,0)');
    shade.addColorStop(1, 'rgba(12,6,20,.85)');
    color.fillStyle = shade;
    color.fillRect(0, 0, SIZE, SIZE);
  });
}
