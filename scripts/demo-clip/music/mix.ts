/** A stereo loop: whatever rings beyond its end sounds again at its start, so that the seam cannot be heard. */
import { RATE } from './synth.ts';

const COMBS = [0.0297, 0.0371, 0.0411, 0.0437, 0.0503, 0.0571] as const;
const ALLPASSES = [0.005, 0.0017] as const;

export class Mix {
  readonly length: number;
  private readonly dry: readonly [Float32Array, Float32Array];
  private readonly send: Float32Array;

  constructor(seconds: number) {
    this.length = Math.round(seconds * RATE);
    this.dry = [new Float32Array(this.length), new Float32Array(this.length)];
    this.send = new Float32Array(this.length);
  }

  /** Adds `sound` at `seconds` (wrapping), `pan` from -1 (left) to 1, `room` of it into the reverb. */
  add(sound: Float32Array, seconds: number, level: number, pan: number, room = 0): void {
    const [left, right] = this.dry;
    const angle = ((pan + 1) * Math.PI) / 4;
    const toLeft = level * Math.cos(angle) * Math.SQRT2;
    const toRight = level * Math.sin(angle) * Math.SQRT2;
    let at = ((Math.round(seconds * RATE) % this.length) + this.length) % this.length;
    for (const value of sound) {
      left[at] = (left[at] ?? 0) + value * toLeft;
      right[at] = (right[at] ?? 0) + value * toRight;
      this.send[at] = (this.send[at] ?? 0) + value * level * room;
      at = at + 1 === this.length ? 0 : at + 1;
    }
  }

  /** The finished loop as interleaved 16-bit PCM, peaks near -1.5 dBFS. */
  master(): Int16Array {
    // Small loudspeakers only distort what lies below 50 Hz.
    for (const channel of [...this.dry, this.send]) highPass(channel, 50);
    const wet = [0, 1].map((side) => this.reverb(side * 0.0013));
    const mixed = this.dry.map((dry, side) =>
      dry.map((value, i) => Math.tanh((value + 0.55 * (wet[side]?.[i] ?? 0)) * 1.25)),
    );
    const peak = mixed.reduce(
      (most, channel) => channel.reduce((m, value) => Math.max(m, Math.abs(value)), most),
      0,
    );
    const gain = (0.84 * 32767) / (peak || 1);
    const out = new Int16Array(this.length * 2);
    for (let i = 0; i < this.length; i++) {
      out[i * 2] = Math.round((mixed[0]?.[i] ?? 0) * gain);
      out[i * 2 + 1] = Math.round((mixed[1]?.[i] ?? 0) * gain);
    }
    return out;
  }

  /** Schroeder's reverb run twice over the loop; the second turn starts with the first one's tail. */
  private reverb(spread: number): Float32Array {
    const out = new Float32Array(this.length);
    const combs = COMBS.map((delay) => ({
      line: new Float32Array(Math.round((delay + spread) * RATE)),
      at: 0,
      damped: 0,
    }));
    const passes = ALLPASSES.map((delay) => ({
      line: new Float32Array(Math.round((delay + spread) * RATE)),
      at: 0,
    }));
    for (let turn = 0; turn < 2; turn++) {
      for (let i = 0; i < this.length; i++) {
        const input = this.send[i] ?? 0;
        let value = 0;
        for (const comb of combs) {
          const delayed = comb.line[comb.at] ?? 0;
          comb.damped += (delayed - comb.damped) * 0.55;
          comb.line[comb.at] = input + comb.damped * 0.83;
          comb.at = (comb.at + 1) % comb.line.length;
          value += delayed;
        }
        value /= combs.length;
        for (const pass of passes) {
          const delayed = pass.line[pass.at] ?? 0;
          const next = value + delayed * 0.5;
          pass.line[pass.at] = next;
          pass.at = (pass.at + 1) % pass.line.length;
          value = delayed - next * 0.5;
        }
        out[i] = value;
      }
    }
    return out;
  }
}

/** One-pole high pass, run twice over the loop so that its state at the seam has settled. */
function highPass(loop: Float32Array, hz: number): void {
  const gain = 1 - Math.exp((-2 * Math.PI * hz) / RATE);
  let low = 0;
  for (const value of loop) low += (value - low) * gain;
  loop.forEach((value, i) => {
    low += (value - low) * gain;
    loop[i] = value - low;
  });
}
