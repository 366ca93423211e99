/** The page's entry: draws any frame or still on demand and hands its pixels over. */
import { CARD_CLOSES, CARD_GONE } from './card.ts';
import { canvas } from './paint.ts';
import { CHAPTER_SECONDS, CHAPTERS, FPS } from './programme.ts';
import { drawStill, type StillRequest } from './still.ts';
import { Studio } from './studio.ts';
import { drawType } from './type.ts';

interface StageApi {
  /** Draws frame `n` of the clip and posts it as RGBA to `/frame`. */
  frame(n: number, passes: number): Promise<void>;
  /** Draws a still picture and answers it as WebP, base64. */
  still(request: StillRequest): Promise<string>;
}

declare global {
  var stage: StageApi;
}

let film: { studio: Studio; overlay: ReturnType<typeof canvas> } | undefined;

globalThis.stage = {
  async frame(n, passes) {
    film ??= { studio: new Studio(540, 960), overlay: canvas(540, 960) };
    const { studio, overlay } = film;
    const seconds = n / FPS;
    const index = Math.floor(seconds / CHAPTER_SECONDS) % CHAPTERS.length;
    const time = seconds % CHAPTER_SECONDS;
    const covered = time < 0.74 || time > CHAPTER_SECONDS - 0.06;
    // Behind a shut card nothing shows; behind a moving one a rougher picture does.
    const moving = time > CHAPTER_SECONDS - CARD_CLOSES || time < CARD_GONE - 0.1;
    if (!covered) studio.renderer.render(studio.scene(index, time), moving ? Math.min(passes, 3) : passes);
    overlay.drawImage(studio.renderer.canvas, 0, 0);
    drawType(overlay, index, time);
    const pixels = overlay.getImageData(0, 0, 540, 960).data;
    await fetch('/frame', { method: 'POST', body: pixels });
  },
  still: drawStill,
};
