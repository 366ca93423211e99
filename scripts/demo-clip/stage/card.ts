/** The scalloped cards between chapters. */
import { FACES, H, W } from './faces.ts';
import { clamp, easeIn, easeInOut, easeOut, mix, TAU } from './math.ts';
import type { Brush } from './paint.ts';
import { flower } from './products/textiles.ts';
import { CHAPTERS, type Chapter } from './programme.ts';

/** Seconds a card needs to close before a chapter, and when it opens after its start. */
export const CARD_CLOSES = 0.5;
const CARD_OPENS = 0.75;
export const CARD_GONE = 1.3;

/**
 * The card that closes over the picture and opens again; t = 0 is the chapter's first frame, when it is
 * shut. Three scalloped curtains rise one after the other and leave at the top.
 */
export function card(brush: Brush, chapter: Chapter, index: number, t: number): void {
  const layers = [chapter.card.scallops[0], chapter.card.scallops[1], chapter.card.ground];
  layers.forEach((fill, i) => {
    const rise = easeInOut((t + CARD_CLOSES - i * 0.07) / (CARD_CLOSES - 0.16));
    const gone = easeInOut((t - CARD_OPENS - (2 - i) * 0.07) / (CARD_GONE - CARD_OPENS - 0.16));
    if (rise <= 0 || gone >= 1) return;
    curtain(
      brush,
      fill,
      mix(H + 70, -70, rise),
      mix(H + 70, -70, gone),
      t * 40 + i * 30,
      i === 2 ? chapter.card.ink : null,
    );
  });
  const shown = t < 0 ? easeOut((t + 0.2) / 0.4) : 1 - easeIn((t - CARD_OPENS + 0.14) / 0.24);
  if (shown <= 0) return;
  const face = FACES[chapter.set];
  const settle = easeOut((t + 0.2) / 0.7);
  const lift = mix(60, 0, settle) - easeIn((t - CARD_OPENS + 0.14) / 0.24) * 120;
  brush.save();
  brush.globalAlpha = clamp(shown);
  brush.textAlign = 'center';
  mandala(brush, W / 2, 365 + lift, 225, chapter.card.accent, t);
  brush.fillStyle = chapter.card.ink;
  chapter.title.forEach((line, row) => {
    brush.font = face.title(line.length > 8 ? 76 : 92);
    brush.fillStyle = row ? chapter.card.accent : chapter.card.ink;
    brush.fillText(face.upper ? line.toUpperCase() : line, W / 2, 340 + row * 84 + lift * (1 + row * 0.12));
  });
  brush.font = face.hindi(34);
  brush.fillStyle = chapter.card.ink;
  brush.fillText(chapter.titleHi, W / 2, 340 + chapter.title.length * 84 - 18 + lift * 1.24);
  dots(brush, index, chapter, 244 + lift);
  brush.restore();
}

/** A curtain between two scalloped edges, `top` leading and `bottom` trailing, strewn with `print` if given. */
function curtain(
  brush: Brush,
  fill: string,
  top: number,
  bottom: number,
  slide: number,
  print: string | null,
): void {
  const pitch = 90;
  const offset = ((slide % pitch) + pitch) % pitch;
  const shape = new Path2D();
  shape.moveTo(-pitch, bottom);
  shape.lineTo(-pitch, top);
  for (let x = -pitch + offset - pitch; x < W + pitch; x += pitch) {
    shape.lineTo(x, top);
    shape.bezierCurveTo(x, top - 34, x + pitch * 0.32, top - 36, x + pitch / 2, top - 62);
    shape.bezierCurveTo(x + pitch * 0.68, top - 36, x + pitch, top - 34, x + pitch, top);
  }
  shape.lineTo(W + pitch, bottom);
  for (let x = W + pitch + offset; x > -pitch; x -= pitch) {
    shape.lineTo(x, bottom);
    shape.bezierCurveTo(x, bottom - 34, x - pitch * 0.32, bottom - 36, x - pitch / 2, bottom - 62);
    shape.bezierCurveTo(x - pitch * 0.68, bottom - 36, x - pitch, bottom - 34, x - pitch, bottom);
  }
  shape.closePath();
  brush.save();
  brush.shadowColor = 'rgba(10,4,16,.4)';
  brush.shadowBlur = 22;
  brush.fillStyle = fill;
  brush.fill(shape);
  brush.restore();
  if (!print) return;
  brush.save();
  brush.clip(shape);
  brush.globalAlpha = 0.07;
  for (let row = -1; row < H / 52 + 1; row++) {
    for (let x = -pitch + ((row + 20) % 2) * 45 + offset; x < W + pitch; x += pitch) {
      flower(brush, x, row * 52 + 20 + (top > 0 ? top : bottom < H ? bottom : 0), 15, 8, print, fill);
    }
  }
  brush.restore();
}

/** A slowly opening and turning rangoli behind the words. */
function mandala(brush: Brush, x: number, y: number, radius: number, color: string, t: number): void {
  const open = easeOut((t + 0.25) / 0.8);
  const rings = [
    { r: radius, petals: 20, size: 0.2, turn: 0.35 },
    { r: radius * 0.84, petals: 14, size: 0.32, turn: -0.5 },
    { r: radius * 0.56, petals: 10, size: 0.5, turn: 0.7 },
  ];
  rings.forEach(({ r, petals, size, turn }, ring) => {
    brush.save();
    brush.translate(x, y);
    brush.rotate(t * turn);
    brush.scale(mix(0.5, 1, open), mix(0.5, 1, open));
    brush.strokeStyle = color;
    brush.fillStyle = color;
    brush.lineWidth = 2.5;
    for (let i = 0; i < petals; i++) {
      brush.save();
      brush.rotate((i / petals) * TAU);
      const inner = -r * (1 - size);
      const petal = new Path2D();
      petal.moveTo(0, inner);
      petal.bezierCurveTo(r * 0.15, -r * (1 - size * 0.5), r * 0.08, -r * 0.95, 0, -r * 1.06);
      petal.bezierCurveTo(-r * 0.08, -r * 0.95, -r * 0.15, -r * (1 - size * 0.5), 0, inner);
      const shown = brush.globalAlpha;
      brush.globalAlpha = shown * 0.09;
      brush.fill(petal);
      brush.globalAlpha = shown * (ring === 2 ? 0.14 : 0.34);
      brush.stroke(petal);
      brush.beginPath();
      brush.arc(0, -r * 1.12, 3, 0, TAU);
      brush.fill();
      brush.restore();
    }
    brush.restore();
  });
}

function dots(brush: Brush, index: number, chapter: Chapter, y: number): void {
  CHAPTERS.forEach((_, i) => {
    brush.beginPath();
    brush.fillStyle = i === index ? chapter.card.accent : chapter.card.ink;
    const alpha = brush.globalAlpha;
    brush.globalAlpha *= i === index ? 1 : 0.4;
    brush.arc(W / 2 + (i - (CHAPTERS.length - 1) / 2) * 24, y - 4, i === index ? 6 : 4.5, 0, TAU);
    brush.fill();
    brush.globalAlpha = alpha;
  });
}
