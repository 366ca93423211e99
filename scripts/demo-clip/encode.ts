/** Everything ffmpeg does: lossless chapters, the two-pass encode, sound, and the FLV that joins them. */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { RATE } from './music/synth.ts';

const run = promisify(execFile);
export const WIDTH = 540;
export const HEIGHT = 960;
const VIDEO_KBITS = 770;
const AUDIO_KBITS = 96;
const SAMPLES_PER_PACKET = 1024;

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
      ...['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgba', '-s', `${WIDTH}x${HEIGHT}`],
      ...['-r', String(fps), '-i', '-', '-c:v', 'libx264rgb', '-qp', '0', '-preset', 'ultrafast'],
      ...['-threads', '1', partial],
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

/**
 * Encodes a music loop so that its last packet runs on into its first: the loop is coded twice and the second
 * turn kept, whose first packet overlaps with the sound of the first turn's end. The loop must be a whole number
 * of packets long.
 */
export async function encodeLoop(pcm: Int16Array, folder: string): Promise<string> {
  const raw = join(folder, 'music.pcm');
  await writeFile(raw, Buffer.from(pcm.buffer));
  const twice = join(folder, 'twice.aac');
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-stream_loop', '1', '-f', 's16le', '-ar', String(RATE), '-ac', '2', '-i', raw],
    ...[
      '-c:a',
      'aac',
      '-b:a',
      `${AUDIO_KBITS}k`,
      '-flags:a',
      '+bitexact',
      '-threads',
      '1',
      '-f',
      'adts',
      twice,
    ],
  ]);
  const packets = adtsPackets(await readFile(twice));
  const turn = pcm.length / 2 / SAMPLES_PER_PACKET;
  // The coder begins with one packet of run-in.
  const second = packets.slice(1 + turn, 1 + 2 * turn);
  if (second.length !== turn) throw new Error(`The loop has ${second.length} packets instead of ${turn}`);
  const file = join(folder, 'loop.aac');
  await writeFile(file, Buffer.concat(second));
  return file;
}

/** Splits an ADTS stream (ISO/IEC 14496-3, 1.A.3): the length of a packet is in bits 30 to 42 of its header. */
function adtsPackets(stream: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at + 7 <= stream.length; ) {
    const size = (stream.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
    if (size < 7) throw new Error(`The ADTS packet at byte ${at} has no length`);
    packets.push(stream.subarray(at, at + size));
    at += size;
  }
  return packets;
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
  const gop = `keyint=${fps}:min-keyint=${fps}:scenecut=0:open-gop=0:bframes=0:ref=4:stitchable=1`;
  const options = [
    ...['-v', 'error', '-y', '-f', 'concat', '-safe', '0', '-i', list, '-an'],
    ...['-vf', `fps=${fps},scale=out_color_matrix=bt709:out_range=tv,format=yuv420p`],
    ...['-c:v', 'libx264', '-profile:v', 'high', '-preset', 'slow', '-tune', 'animation', '-threads', '1'],
    ...['-b:v', `${VIDEO_KBITS}k`, '-maxrate', `${VIDEO_KBITS * 1.8}k`, '-bufsize', `${VIDEO_KBITS * 1.8}k`],
    ...['-x264-params', gop, '-passlogfile', join(folder, 'passes')],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
  ];
  await run('ffmpeg', [...options, '-pass', '1', '-f', 'null', '-']);
  await run('ffmpeg', [...options, '-pass', '2', video]);
  // The encoder's supplemental information (NAL unit type 6) only says how it was set.
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-i', video, '-i', sound, '-map', '0:v', '-map', '1:a', '-c', 'copy'],
    ...['-bsf:v', 'filter_units=remove_types=6', '-map_metadata', '-1', '-fflags', '+bitexact'],
    ...['-flvflags', 'no_duration_filesize', '-f', 'flv', target],
  ]);
}
