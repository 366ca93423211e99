/** Surfaces painted with Canvas 2D: colour on one canvas, relief on another, joined into one texture. */
import { random } from './math.ts';

export type Brush = OffscreenCanvasRenderingContext2D;

export function canvas(width: number, height: number): Brush {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser has no Canvas 2D');
  return context;
}

/** Runs `draw` on a colour and a relief brush (relief: white is high, mid-grey at the start). */
export function paint(width: number, height: number, draw: (color: Brush, relief: Brush) => void): ImageData {
  const color = canvas(width, height);
  const relief = canvas(width, height);
  relief.fillStyle = '#808080';
  relief.fillRect(0, 0, width, height);
  draw(color, relief);
  const picture = color.getImageData(0, 0, width, height);
  const heights = relief.getImageData(0, 0, width, height).data;
  for (let i = 0; i < picture.data.length; i += 4) picture.data[i + 3] = heights[i] ?? 128;
  return picture;
}

/** Fills the picture with a woven or knitted structure of `size` pixels a thread. */
export function weave(color: Brush, relief: Brush, size: number, contrast: number): void {
  const tile = canvas(size * 2, size * 2);
  const bumps = canvas(size * 2, size * 2);
  for (const [x, y] of [
    [0, 0],
    [1, 1],
  ] as const) {
    tile.fillStyle = `rgba(255,255,255,${contrast})`;
    tile.fillRect(x * size, y * size, size, size);
    tile.fillStyle = `rgba(0,0,0,${contrast})`;
    tile.fillRect((1 - x) * size, y * size, size, size);
    const shine = bumps.createRadialGradient(
      (x + 0.5) * size,
      (y + 0.5) * size,
      0,
      (x + 0.5) * size,
      (y + 0.5) * size,
      size * 0.75,
    );
    shine.addColorStop(0, 'rgba(255,255,255,.5)');
    shine.addColorStop(1, 'rgba(0,0,0,.35)');
    bumps.fillStyle = shine;
    bumps.fillRect(x * size, y * size, size, size);
  }
  for (const [brush, pattern] of [
    [color, tile],
    [relief, bumps],
  ] as const) {
    const fill = brush.createPattern(pattern.canvas, 'repeat');
    if (fill) brush.fillStyle = fill;
    brush.fillRect(0, 0, brush.canvas.width, brush.canvas.height);
  }
}

/** Speckles of `colors`, `count` of them, radii up to `radius` pixels. */
export function speckle(
  brush: Brush,
  colors: readonly string[],
  count: number,
  radius: number,
  seed: number,
): void {
  const next = random(seed);
  for (let i = 0; i < count; i++) {
    brush.fillStyle = colors[Math.floor(next() * colors.length)] ?? '#000';
    brush.beginPath();
    brush.arc(
      next() * brush.canvas.width,
      next() * brush.canvas.height,
      radius * (0.3 + 0.7 * next()),
      0,
      Math.PI * 2,
    );
    brush.fill();
  }
}

/** A panel sewn on: fill, raised edge and a line of stitches inside it. */
export function panel(
  color: Brush,
  relief: Brush,
  shape: Path2D,
  fill: string | CanvasGradient,
  stitch: string,
  height = 215,
): void {
  color.save();
  color.shadowColor = 'rgba(0,0,0,.55)';
  color.shadowBlur = 9;
  color.fillStyle = fill;
  color.fill(shape);
  color.restore();
  relief.fillStyle = `rgb(${height},${height},${height})`;
  relief.fill(shape);
  color.save();
  color.clip(shape);
  color.lineWidth = 2.5;
  color.strokeStyle = 'rgba(255,255,255,.18)';
  color.stroke(shape);
  color.restore();
  for (const brush of [color, relief]) {
    brush.save();
    brush.clip(shape);
    brush.setLineDash([9, 6]);
    brush.lineWidth = 22;
    // Only the inner half of a wide line is inside the clip; mask its core with the fill to leave the stitches.
    brush.strokeStyle = brush === color ? stitch : '#fff';
    brush.stroke(shape);
    brush.setLineDash([]);
    brush.lineWidth = 17;
    brush.strokeStyle = brush === color ? fill : `rgb(${height},${height},${height})`;
    brush.stroke(shape);
    brush.restore();
  }
}
