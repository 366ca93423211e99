// In the browser: plays one address and notes, for each frame that is shown, how old it is.
import Hls from 'hls.js';
import { HlsSession } from '../../../apps/web/src/player/hls-session.ts';
import type { Observed } from './observed.ts';

declare global {
  interface Window {
    observed: Observed;
  }
}

const bits = 48;
const blockPx = 13;
const asked = new URLSearchParams(location.search);
const video = document.querySelector('video') as HTMLVideoElement;
const canvas = new OffscreenCanvas(bits * blockPx, 8);
const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
const observed: Observed = { frames: [], stalls: 0, firstFrameMs: null };
window.observed = observed;

/** The time that is painted into the picture; null when the blocks are not clear yet. */
function paintedTime(): number | null {
  const scale = video.videoWidth / 640;
  context.drawImage(
    video,
    0,
    9 * scale,
    bits * blockPx * scale,
    8 * scale,
    0,
    0,
    canvas.width,
    canvas.height,
  );
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let time = 0;
  for (let bit = 0; bit < bits; bit += 1) {
    const grey = data[(4 * canvas.width + bit * blockPx + 6) * 4] ?? 0;
    if (grey > 90 && grey < 165) return null;
    time = time * 2 + (grey > 127 ? 1 : 0);
  }
  return time;
}

function watch(): void {
  video.requestVideoFrameCallback(() => {
    const nowMs = Date.now();
    const paintedMs = paintedTime();
    const ageMs = paintedMs === null ? -1 : nowMs - paintedMs;
    if (ageMs >= 0 && ageMs < 60_000) observed.frames.push({ atMs: performance.now(), ageMs });
    observed.firstFrameMs ??= performance.now();
    watch();
  });
}

watch();
video.addEventListener('waiting', () => {
  if (observed.firstFrameMs !== null && performance.now() - observed.firstFrameMs > 5000)
    observed.stalls += 1;
});
const url = asked.get('url') ?? '';
if (asked.get('player') === 'ours') {
  new HlsSession({ video, url, Hls, onState: () => {} }).start();
} else {
  // Peers and clients without low latency play with the library's own defaults.
  const hls = new Hls({ lowLatencyMode: asked.get('player') !== 'plain' });
  hls.loadSource(url);
  hls.attachMedia(video);
}
void video.play();
