import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { frame } from '../../../../bench/src/glass-to-glass/clock-frames.ts';
import { readInitSegment, readSamples } from '../../../../packages/media/test/support/mp4-reader.ts';
import type { DelayedHls } from './delayed-hls.ts';
import { eventually } from './eventually.ts';

/**
 * The time painted into the picture that the playlist dates with this time, both in epoch milliseconds. Pictures are
 * dated by their arrival, so what an encoder of a busy machine takes lies between the two.
 */
export async function paintedAt(hls: DelayedHls, dateMs: number): Promise<number> {
  const { startMs, init, media } = await eventually('the segment of that date', () => hls.segmentAt(dateMs));
  const video = readInitSegment(init).find(({ handler }) => handler === 'vide');
  const times = (readSamples(media).get(video?.id ?? 0) ?? [])
    .map(({ presentationTime }) => presentationTime)
    .toSorted((one, other) => one - other);
  const [first = 0] = times;
  const dates = times.map((time) => startMs + ((time - first) * 1000) / (video?.timescale ?? 1));
  const bytes = frame.width * frame.height;
  const pictures = await greyPictures(Buffer.concat([init, media]));
  const last = pictures.length / bytes - 1;
  const index = Math.min(
    dates.findLastIndex((date) => date <= dateMs),
    last,
  );
  if (index < 0) throw new Error(`no picture of ${new Date(dateMs).toISOString()} was decoded`);
  return timeIn(pictures.subarray(index * bytes, (index + 1) * bytes));
}

/** All pictures of a fragmented MP4, one byte a pixel, one behind the other. */
async function greyPictures(mp4: Buffer): Promise<Buffer> {
  const input = ['-loglevel', 'error', '-i', 'pipe:0'];
  const output = ['-map', '0:v', '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'];
  const ffmpeg = spawn('ffmpeg', [...input, ...output], { stdio: ['pipe', 'pipe', 'inherit'] });
  ffmpeg.stdin.on('error', () => {});
  ffmpeg.stdin.end(mp4);
  return buffer(ffmpeg.stdout);
}

function timeIn(picture: Buffer): number {
  const row = (frame.bandPx / 2) * frame.width;
  let time = 0;
  for (let bit = 0; bit < frame.bits; bit += 1) {
    const level = picture[row + bit * frame.blockPx + Math.floor(frame.blockPx / 2)] ?? 0;
    time = time * 2 + (level > 125 ? 1 : 0);
  }
  return time;
}
