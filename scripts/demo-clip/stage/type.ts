/** Kinetic typography and the scalloped cards between chapters, drawn over the picture with Canvas 2D. */
import { clamp, easeIn, easeInOut, easeOut, easeOutBack, mix, TAU } from './math.ts';
import type { Brush } from './paint.ts';
import { flower } from './products/textiles.ts';
import { CHAPTER_SECONDS, CHAPTERS, type Chapter, CLOSE_FROM, DETAIL_FROM } from './programme.ts';

/** The layout's own units: a picture 540 wide and 960 high. */
const W = 540;
const H = 960;
/** Seconds a card needs to close before a chapter, and when it opens after its start. */
export const CARD_CLOSES = 0.5;
const CARD_OPENS = 0.75;
const CARD_GONE = 1.3;

const SANS = '"Noto Sans Display Condensed", "Noto Sans Display", "Noto Sans", sans-serif';
const SERIF = '"Noto Serif Display", "Noto Serif", serif';
const HINDI_SANS = '"Noto Sans Devanagari", sans-serif';
const HINDI_SERIF = '"Noto Serif Devanagari", serif';

interface Face {
  title: (size: number) => string;
  hindi: (size: number) => string;
  word: (size: number) => string;
  upper: boolean;
}

const FACES: Record<Chapter['set'], Face> = {
  loft: {
    title: (size) => `900 ${size}px ${SANS}`,
    hindi: (size) => `800 ${size}px ${HINDI_SANS}`,
    word: (size) => `700 ${size}px ${SANS}`,
    upper: true,
  },
  haveli: {
    title: (size) => `italic 800 ${size}px ${SERIF}`,
    hindi: (size) => `700 ${size}px ${HINDI_SERIF}`,
    word: (size) => `italic 700 ${size}px ${SERIF}`,
    upper: false,
  },
};

/** Draws everything typographic at `time` seconds into the chapter. */
export function drawType(brush: Brush, index: number, time: number): void {
  const chapter = CHAPTERS[index];
  if (!chapter) return;
  brush.save();
  brush.scale(brush.canvas.width / W, brush.canvas.height / H);
  brush.textBaseline = 'alphabetic';
  if (time >= CLOSE_FROM && time < DETAIL_FROM) closeTitle(brush, chapter, time - CLOSE_FROM);
  if (time >= DETAIL_FROM) detailWords(brush, chapter, time - DETAIL_FROM);
  if (time < CARD_GONE) card(brush, chapter, index, time);
  const next = CHAPTERS[(index + 1) % CHAPTERS.length];
  const before = time - CHAPTER_SECONDS;
  if (next && before >= -CARD_CLOSES) card(brush, next, (index + 1) % CHAPTERS.length, before);
  brush.restore();
}

/** Type sits on a soft shade so that it reads on any picture. */
function shaded(brush: Brush, draw: () => void): void {
  brush.save();
  brush.shadowColor = 'rgba(10,4,16,.65)';
  brush.shadowBlur = 26;
  brush.shadowOffsetY = 3;
  draw();
  brush.restore();
}

function closeTitle(brush: Brush, chapter: Chapter, t: number): void {
  const face = FACES[chapter.set];
  const leave = easeIn((t - 2.62) / 0.38);
  const words = face.upper ? chapter.title.map((word) => word.toUpperCase()) : chapter.title;
  const left = 34;
  const baseline = 172;
  brush.font = face.title(100);
  const size = Math.min(56, (100 * 424) / brush.measureText(words.join(' ')).width);
  brush.font = face.title(size);
  brush.save();
  // Letters rise from behind their own baseline.
  brush.beginPath();
  brush.rect(0, baseline - size * 1.1, W, size * 1.4);
  brush.clip();
  let x = left;
  let order = 0;
  words.forEach((word, part) => {
    for (const letter of `${word} `) {
      const a = easeOut((t - 0.05 - order * 0.026) / 0.42);
      brush.globalAlpha = a * (1 - leave);
      brush.fillStyle = part ? chapter.card.accent : chapter.card.ink;
      const y = baseline + (1 - a) * size;
      const at = x - leave * 40;
      shaded(brush, () => brush.fillText(letter, at, y));
      x += brush.measureText(letter).width;
      order++;
    }
  });
  brush.restore();
  const a = easeOut((t - 0.5) / 0.5);
  brush.globalAlpha = a * (1 - leave);
  brush.fillStyle = chapter.card.accent;
  brush.fillRect(left, baseline + 31, 46 * a, 4);
  brush.fillStyle = chapter.card.ink;
  brush.font = face.hindi(26);
  shaded(brush, () => brush.fillText(chapter.titleHi, left + 60 - leave * 40 + (1 - a) * -24, baseline + 41));
  brush.globalAlpha = 1;
}

function detailWords(brush: Brush, chapter: Chapter, t: number): void {
  const face = FACES[chapter.set];
  chapter.details.forEach(([english, hindi], row) => {
    const a = easeOutBack((t - 0.08 - row * 0.42) / 0.4);
    if (a <= 0) return;
    const leave = easeIn((t - 1.42) / 0.2);
    brush.save();
    brush.globalAlpha = clamp(a) * (1 - leave);
    brush.translate(26 - leave * 30, 124 + row * 88);
    brush.scale(mix(0.8, 1, a), mix(0.8, 1, a));
    brush.font = face.word(31);
    const englishWidth = brush.measureText(english).width;
    brush.font = face.hindi(19);
    const width = Math.max(englishWidth, brush.measureText(hindi).width);
    brush.save();
    brush.shadowColor = 'rgba(10,4,16,.45)';
    brush.shadowBlur = 18;
    brush.shadowOffsetY = 4;
    brush.fillStyle = row ? chapter.card.scallops[1] : chapter.card.ground;
    brush.beginPath();
    brush.roundRect(0, 0, width + 36, 76, 16);
    brush.fill();
    brush.restore();
    brush.fillStyle = chapter.card.accent;
    brush.fillRect(0, 16, 5, 44);
    brush.fillStyle = chapter.card.ink;
    brush.font = face.word(31);
    brush.fillText(english, 18, 36);
    brush.font = face.hindi(19);
    brush.fillText(hindi, 18, 62);
    brush.restore();
  });
}

/**
 * The card that closes over the picture and opens again; t = 0 is the chapter's first frame, when it is
 * shut. Three scalloped curtains rise one after the other and leave at the top.
 */
function card(brush: Brush, chapter: Chapter, index: number, t: number): void {
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
