import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';

export interface StillOptions {
  /** The program, by its path or to be found on PATH. */
  ffmpeg: string;
  /** It is killed when it is not done by then. */
  timeoutMs: number;
}

/** The least of the system's priorities: whoever else wants the processor gets it first. */
const NICE = 19;
const MOST_BYTES = 2 * 1024 * 1024;
const ARGUMENTS = [
  ['-hide_banner', '-loglevel', 'error', '-threads', '1'],
  ['-f', 'mp4', '-i', 'pipe:0', '-an', '-frames:v', '1'],
  ['-vf', "scale='min(720,iw)':-2", '-threads', '1', '-q:v', '5', '-f', 'mjpeg', 'pipe:1'],
].flat();

/**
 * The first picture of a segment as JPEG, at most 720 pixels wide. `media`: its header and its fragments. Rejects with
 * what ffmpeg says; with code ENOENT when there is no such program.
 */
export function takeStill(media: readonly Buffer[], { ffmpeg, timeoutMs }: StillOptions): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const child = spawn(ffmpeg, ARGUMENTS, {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const picture: Buffer[] = [];
  let bytes = 0;
  let complaint = '';
  child.once('spawn', () => lower(child.pid));
  child.once('error', reject);
  // It may have seen enough before it has read everything.
  child.stdin.on('error', () => {});
  child.stdin.end(Buffer.concat(media));
  child.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= MOST_BYTES) picture.push(piece);
    else child.kill('SIGKILL');
  });
  child.stderr.on('data', (text: Buffer) => {
    complaint = (complaint + text).slice(0, 300);
  });
  child.once('exit', (_code, signal) => {
    if (!signal) return;
    child.stdout.destroy();
    child.stderr.destroy();
  });
  child.once('close', (code, signal) => {
    if (code === 0 && bytes > 0) resolve(Buffer.concat(picture));
    else reject(new Error(signal ? `ffmpeg was ended by ${signal}` : `ffmpeg failed: ${complaint.trim()}`));
  });
  return promise;
}

function lower(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // It is done already.
  }
}
