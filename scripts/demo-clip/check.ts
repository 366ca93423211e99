/** Reads the finished clip back and refuses it if a publisher could not loop it tag by tag. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAX_BYTES = 5_500_000;
/** FLV counts in whole milliseconds. */
const ROUNDING_MS = 2;
const LEEWAY_MS = 20;
const AUDIO_STEP_MS = 1024 / 48;

interface Packet {
  codec_type: 'video' | 'audio';
  dts_time: string;
  flags: string;
}

/** Throws unless key frames come every second, time runs forwards, and both tracks start and end together. */
export async function checkClip(file: string, seconds: number, fps: number): Promise<void> {
  const entries = 'packet=codec_type,dts_time,flags';
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', entries, '-of', 'json', file], {
    maxBuffer: 1 << 26,
  });
  const { packets } = JSON.parse(stdout) as { packets: Packet[] };
  const video = packets.filter((packet) => packet.codec_type === 'video');
  const audio = packets.filter((packet) => packet.codec_type === 'audio');
  const { size } = await stat(file);
  const faults = [
    ...timing('video', video, 1000 / fps, seconds * 1000),
    ...timing('audio', audio, AUDIO_STEP_MS, seconds * 1000),
    ...video.flatMap(({ flags }, i) =>
      flags.startsWith('K') === (i % fps === 0) ? [] : [`frame ${i} has the flags ${flags}`],
    ),
    ...(size > MAX_BYTES ? [`${size} bytes are more than ${MAX_BYTES}`] : []),
  ];
  if (faults.length > 0) throw new Error(`${file}:\n${faults.slice(0, 20).join('\n')}`);
  console.log(`${file}: ${size} bytes, ${packets.length} packets, in order`);
}

/** Packets must lie `stepMs` apart from zero on, and the last one end at `lengthMs`. */
function timing(name: string, track: readonly Packet[], stepMs: number, lengthMs: number): string[] {
  const faults = track.flatMap((packet, i) => {
    const ms = Math.round(Number(packet.dts_time) * 1000);
    return Math.abs(ms - i * stepMs) > ROUNDING_MS ? [`${name} packet ${i} lies at ${ms} ms`] : [];
  });
  const endMs = track.length * stepMs;
  if (Math.abs(endMs - lengthMs) > LEEWAY_MS) faults.push(`${name} ends at ${endMs} ms`);
  return faults;
}
