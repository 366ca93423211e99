/** Reads the finished clip back and refuses it if a publisher could not loop it tag by tag. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAX_BYTES = 5_500_000;
const LEEWAY_MS = 20;

interface Packet {
  codec_type: 'video' | 'audio';
  pts_time: string;
  dts_time: string;
  duration_time?: string;
  flags: string;
}

/** Throws unless key frames come every second, time runs forwards, and both tracks start and end together. */
export async function checkClip(file: string, seconds: number, fps: number): Promise<void> {
  const { stdout } = await run(
    'ffprobe',
    [
      '-v',
      'error',
      '-show_entries',
      'packet=codec_type,pts_time,dts_time,duration_time,flags',
      '-of',
      'json',
      file,
    ],
    { maxBuffer: 1 << 26 },
  );
  const { packets } = JSON.parse(stdout) as { packets: Packet[] };
  const ms = (text: string): number => Math.round(Number(text) * 1000);
  const faults: string[] = [];
  for (const type of ['video', 'audio'] as const) {
    const track = packets.filter((packet) => packet.codec_type === type);
    const times = track.map((packet) => ms(packet.dts_time));
    const step = type === 'video' ? 1000 / fps : 1024 / 48;
    times.forEach((time, i) => {
      if (i > 0 && time <= (times[i - 1] ?? 0)) faults.push(`${type} goes back at ${time} ms`);
      if (Math.abs(time - i * step) > 2)
        faults.push(`${type} packet ${i} lies at ${time} ms, not ${(i * step).toFixed(1)}`);
    });
    const end = (times.at(-1) ?? 0) + step;
    if (Math.abs(end - seconds * 1000) > LEEWAY_MS) faults.push(`${type} ends at ${end} ms`);
    if (type === 'video') {
      track.forEach((packet, i) => {
        if (packet.flags.startsWith('K') !== (i % fps === 0))
          faults.push(`frame ${i} has flags ${packet.flags}`);
      });
    }
  }
  const { size } = await stat(file);
  if (size > MAX_BYTES) faults.push(`${size} bytes are more than ${MAX_BYTES}`);
  if (faults.length > 0) throw new Error(`${file}:\n${faults.slice(0, 20).join('\n')}`);
  console.log(`${file}: ${size} bytes, ${packets.length} packets, in order`);
}
