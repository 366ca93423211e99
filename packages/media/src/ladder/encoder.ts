import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';

/** A smaller picture: its size in pixels and its most bits per second. */
export interface RungSize {
  folder: string;
  width: number;
  height: number;
  bitsPerSecond: number;
}

/** Behind everything that serves viewers and publishers. */
const NICE = 10;
/** Media that waits for a program that reads too slowly. */
const BACKLOG_BYTES = 8 * 1024 * 1024;

export interface EncoderOptions {
  ffmpeg: string;
  sizes: readonly RungSize[];
  /** What the program writes of the rung with this number. */
  onOutput: (rung: number, bytes: Buffer) => void;
  /** Told once: null when it ended as it was told to, else what went wrong. */
  onEnd: (failure: string | null) => void;
}

/**
 * ffmpeg between a stream and its rungs: fragmented MP4 in, one FLV for each rung out, without sound. Every frame that
 * comes in comes out, with its time, and key frames stay key frames.
 */
export class Encoder {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  #isTold = false;
  #isOver = false;
  #complaint = '';

  constructor({ ffmpeg, sizes, onOutput, onEnd }: EncoderOptions) {
    this.#child = spawn(ffmpeg, argumentsFor(sizes), {
      stdio: ['pipe', 'ignore', 'pipe', ...sizes.map(() => 'pipe' as const)],
    });
    const [input, , complaints, ...outputs] = this.#child.stdio as [Writable, null, Readable, ...Readable[]];
    this.#input = input;
    input.on('error', () => {});
    complaints.on('data', (text: Buffer) => {
      this.#complaint = (this.#complaint + text).slice(-300);
    });
    const end = (failure: string | null) => {
      if (this.#isOver) return;
      this.#isOver = true;
      onEnd(failure);
    };
    for (const [i, output] of outputs.entries()) {
      output.on('error', () => {});
      output.on('data', (bytes: Buffer) => {
        if (this.#isOver) return;
        try {
          onOutput(i, bytes);
        } catch (error) {
          this.kill();
          end(error instanceof Error ? error.message : 'unknown');
        }
      });
    }
    this.#child.once('spawn', () => lower(this.#child.pid));
    this.#child.once('error', (error) => end(error.message));
    this.#child.once('close', (code, signal) => {
      if (code === 0 && this.#isTold) end(null);
      else end(signal ? `ended by ${signal}` : this.#complaint.trim() || `exit code ${code}`);
    });
  }

  /** False when the program does not keep up. */
  write(bytes: Buffer): boolean {
    if (!this.#input.writable) return true;
    this.#input.write(bytes);
    return this.#input.writableLength <= BACKLOG_BYTES;
  }

  /** No more comes: it writes what it still has. */
  finish(): void {
    this.#isTold = true;
    this.#input.end();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

function argumentsFor(sizes: readonly RungSize[]): string[] {
  return [
    ...['-hide_banner', '-loglevel', 'error', '-copyts', '-threads', '1'],
    ...['-probesize', '32', '-analyzeduration', '0', '-f', 'mp4', '-i', 'pipe:0'],
    ...sizes.flatMap(({ width, height, bitsPerSecond }, i) => [
      ...['-map', '0:v:0', '-vf', `scale=${width}:${height}`, '-fps_mode', 'passthrough'],
      ...['-c:v', 'libx264', '-preset', 'superfast', '-tune', 'zerolatency', '-profile:v', 'main'],
      ...['-pix_fmt', 'yuv420p', '-force_key_frames', 'source', '-g', '9999', '-sc_threshold', '0'],
      ...['-b:v', `${bitsPerSecond}`, '-maxrate', `${bitsPerSecond}`, '-bufsize', `${bitsPerSecond}`],
      ...['-flush_packets', '1', '-flvflags', 'no_duration_filesize', '-f', 'flv', `pipe:${3 + i}`],
    ]),
  ];
}

function lower(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // It is over already.
  }
}
