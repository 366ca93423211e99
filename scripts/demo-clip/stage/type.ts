/** Kinetic typography over the picture, drawn with Canvas 2D. */
import { CARD_CLOSES, CARD_GONE, card } from './card.ts';
import { FACES, H, W } from './faces.ts';
import { clamp, easeIn, easeOut, easeOutBack, mix } from './math.ts';
import type { Brush } from './paint.ts';
import { CHAPTER_SECONDS, CHAPTERS, type Chapter, CLOSE_FROM, DETAIL_FROM } from './programme.ts';

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
