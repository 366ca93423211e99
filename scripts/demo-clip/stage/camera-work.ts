/** How the camera and the turntable move within a chapter. */
import { easeInOut, mix, mix3 } from './math.ts';
import { CHAPTER_SECONDS, type Chapter, CLOSE_FROM, DETAIL_FROM, type Framing } from './programme.ts';
import type { Camera } from './scene.ts';

const FOV = 0.5;
/** Lifts the target above the app's chat; close-ups leave room for their title. */
const SHIFT = { wide: 0.22, close: 0.13, detail: 0.16 };

export function cameraAt(chapter: Chapter, time: number): Camera {
  if (time < CLOSE_FROM) {
    const t = easeInOut((time - 0.2) / (CLOSE_FROM + 0.6));
    return orbit(
      { distance: 6.35, height: 1.32, orbit: 7, target: [-0.0, 0.7, -0.2] },
      { distance: 5.75, height: 1.18, orbit: -3, target: [0, 0.7, -0.2] },
      t,
      0.012,
      SHIFT.wide,
      5.6,
    );
  }
  const inDetail = time >= DETAIL_FROM;
  const [from, to] = inDetail ? chapter.detail : chapter.close;
  const span = inDetail ? CHAPTER_SECONDS - DETAIL_FROM : DETAIL_FROM - CLOSE_FROM;
  const t = (time - (inDetail ? DETAIL_FROM : CLOSE_FROM)) / span;
  return orbit(
    from,
    to,
    inDetail ? t : mix(t, easeInOut(t), 0.6),
    inDetail ? 0.012 : 0.016,
    inDetail ? SHIFT.detail : SHIFT.close,
  );
}

function orbit(
  from: Framing,
  to: Framing,
  t: number,
  aperture: number,
  shift: number,
  focus?: number,
): Camera {
  const target = mix3(from.target, to.target, t);
  const angle = (mix(from.orbit, to.orbit, t) * Math.PI) / 180;
  const distance = mix(from.distance, to.distance, t);
  return {
    target,
    eye: [
      target[0] + Math.sin(angle) * distance,
      mix(from.height, to.height, t),
      target[2] + Math.cos(angle) * distance,
    ],
    fov: FOV,
    aperture,
    shift,
    ...(focus ? { focus } : {}),
  };
}

/** Turntable angle in degrees. */
export function turnAt(chapter: Chapter, time: number): number {
  const inDetail = time >= DETAIL_FROM;
  const [start, speed] = inDetail ? chapter.detailTurn : chapter.turn;
  return start + (time - (inDetail ? DETAIL_FROM : CLOSE_FROM)) * speed;
}
