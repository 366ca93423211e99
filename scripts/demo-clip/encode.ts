/** Everything ffmpeg does: lossless chapters, the two-pass encode, sound, and the FLV that joins them. */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { RATE } from './music/synth.ts';

const run = promisify(execFile);
export const WIDTH = 540;
export const HEIGHT = 960;
const VIDEO_KBITS = 770;
const AUDIO_KBITS = 96;

export interface FrameWriter {
  write(pixels: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Takes RGBA frames at `fps` and keeps them losslessly in `file`. */
export function losslessWriter(file: string, fps: number): FrameWriter {
  const partial = `${file}.part.mkv`;
  const child: ChildProcessByStdio<Writable, null, null> = spawn(
    'ffmpeg',
    [
      '-v',
      'error',
      '-y',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgba',
      '-s',
      `${WIDTH}x${HEIGHT}`,
      '-r',
      String(fps),
      '-i',
      '-',
      '-c:v',
      'libx264rgb',
      '-qp',
      '0',
      '-preset',
      'ultrafast',
      '-threads',
      '1',
      partial,
    ],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const ended = once(child, 'close');
  return {
    async write(pixels) {
      if (!child.stdin.write(pixels)) await once(child.stdin, 'drain');
    },
    async close() {
      child.stdin.end();
      const [code] = await ended;
      if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
      await rename(partial, file);
    },
  };
}

/** Encodes `seconds` of a music loop so that its last packet runs on into its first. */
export async function encodeLoop(pcm: Int16Array, seconds: number, folder: string): Promise<string> {
  const raw = join(folder, 'music.pcm');
  await writeFile(raw, Buffer.from(pcm.buffer));
  const twice = join(folder, 'music.mka');
  await run('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-stream_loop',
    '1',
    '-f',
    's16le',
    '-ar',
    String(RATE),
    '-ac',
    '2',
    '-i',
    raw,
    '-c:a',
    'aac',
    '-b:a',
    `${AUDIO_KBITS}k`,
    '-threads',
    '1',
    twice,
  ]);
  // The second turn begins with the sound of the first one's end in the coder's overlap.
  const turn = join(folder, 'turn.mka');
  await run('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-ss',
    String(seconds),
    '-i',
    twice,
    '-t',
    String(seconds),
    '-c',
    'copy',
    turn,
  ]);
  return turn;
}

/** Joins the lossless chapters and the sound into an FLV with a key frame every `fps` frames. */
export async function encodeClip(
  chapters: readonly string[],
  sound: string,
  fps: number,
  folder: string,
  target: string,
): Promise<void> {
  const list = join(folder, 'chapters.txt');
  await writeFile(list, chapters.map((file) => `file '${file}'\n`).join(''));
  const video = join(folder, 'video.mp4');
  const options = [
    '-v',
    'error',
    '-y',
    '-f',
    'concat',
    '-safe',
    '0',
    '-i',
    list,
    '-an',
    '-vf',
    `fps=${fps},scale=out_color_matrix=bt709:out_range=tv,format=yuv420p`,
    '-c:v',
    'libx264',
    '-profile:v',
    'high',
    '-preset',
    'slow',
    '-tune',
    'animation',
    '-threads',
    '1',
    '-b:v',
    `${VIDEO_KBITS}k`,
    '-maxrate',
    `${VIDEO_KBITS * 1.8}k`,
    '-bufsize',
    `${VIDEO_KBITS * 1.8}k`,
    '-x264-params',
    `keyint=${fps}:min-keyint=${fps}:scenecut=0:open-gop=0:bframes=0:ref=4:stitchable=1`,
    '-colorspace',
    'bt709',
    '-color_primaries',
    'bt709',
    '-color_trc',
    'bt709',
    '-color_range',
    'tv',
    '-passlogfile',
    join(folder, 'passes'),
  ];
  await run('ffmpeg', [...options, '-pass', '1', '-f', 'null', '-']);
  await run('ffmpeg', [...options, '-pass', '2', video]);
  await run('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-i',
    video,
    '-i',
    sound,
    '-map',
    '0:v',
    '-map',
    '1:a',
    '-c',
    'copy',
    '-map_metadata',
    '-1',
    '-fflags',
    '+bitexact',
    '-flags',
    '+bitexact',
    '-flvflags',
    'no_duration_filesize',
    '-f',
    'flv',
    target,
  ]);
}
