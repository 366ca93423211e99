/** The instruments: plucked strings, bamboo flute, tabla, bass and pad, each one note at a time. */

export const RATE = 48000;

/** Mulberry32 noise in [-1, 1). */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2147483648 - 1;
  };
}

const samples = (seconds: number): number => Math.round(seconds * RATE);

/** Karplus-Strong: a string of `hz` plucked; `bright` from 0 (felt) to 1 (wire). */
export function pluck(hz: number, seconds: number, bright: number, seed: number): Float32Array {
  const out = new Float32Array(samples(seconds));
  const period = RATE / hz - 0.5;
  const size = Math.floor(period);
  const fraction = period - size;
  const line = new Float32Array(size + 1);
  const next = noise(seed);
  let smooth = 0;
  for (let i = 0; i <= size; i++) {
    smooth += (next() - smooth) * (0.15 + 0.85 * bright);
    line[i] = smooth * (1 - bright * 0.3);
  }
  // A pluck near the bridge: subtract the excitation delayed by a seventh of the string.
  const excitation = Float32Array.from(line);
  const offset = Math.floor(size / 7);
  for (let i = 0; i <= size; i++)
    line[i] = (excitation[i] ?? 0) - 0.7 * (excitation[(i + size - offset) % size] ?? 0);
  const loss = 0.5 ** (1 / (hz * (0.35 + 0.5 * bright)));
  let index = 0;
  let last = 0;
  for (let i = 0; i < out.length; i++) {
    const a = line[index] ?? 0;
    const b = line[(index + 1) % (size + 1)] ?? 0;
    const value = a + (b - a) * fraction;
    const filtered = (value * (0.5 + 0.28 * bright) + last * (0.5 - 0.28 * bright)) * loss;
    last = value;
    line[index] = filtered;
    index = (index + 1) % (size + 1);
    out[i] = value * Math.min(1, i / 40) * fadeOut(i, out.length, 2400);
  }
  return out;
}

/** A breathy bamboo flute gliding into `hz` from a little below. */
export function flute(hz: number, seconds: number, seed: number): Float32Array {
  const out = new Float32Array(samples(seconds));
  const next = noise(seed);
  let phase = 0;
  let breath = 0;
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE;
    const vibrato = 1 + 0.0055 * Math.sin(t * 2 * Math.PI * 5.1) * Math.min(1, t / 0.5);
    const scoop = 1 - 0.035 * Math.exp(-t * 18);
    phase += (hz * vibrato * scoop) / RATE;
    breath += (next() - breath) * 0.12;
    const angle = phase * 2 * Math.PI;
    const tone =
      Math.sin(angle) +
      0.28 * Math.sin(2 * angle + 0.4) +
      0.1 * Math.sin(3 * angle) +
      0.03 * Math.sin(4 * angle);
    const envelope = Math.min(1, t / 0.09) * fadeOut(i, out.length, 7000);
    out[i] = (tone * 0.6 + breath * 0.35 * (0.5 + 0.5 * Math.exp(-t * 9))) * envelope;
  }
  return out;
}

/** The small drum: a ringing head tuned to `hz` (`ring` seconds) after a click of the finger. */
export function dayan(hz: number, ring: number, seed: number): Float32Array {
  const out = new Float32Array(samples(ring * 3 + 0.05));
  const next = noise(seed);
  // The loaded head's overtones are nearly harmonic.
  const partials: readonly (readonly [number, number, number])[] = [
    [1, 0.5, 1],
    [2.0, 0.9, 0.8],
    [3.01, 0.55, 0.6],
    [4.0, 0.25, 0.4],
    [5.03, 0.14, 0.3],
  ];
  let click = 0;
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE;
    let value = 0;
    for (const [ratio, level, life] of partials) {
      value += level * Math.sin(2 * Math.PI * hz * ratio * t) * Math.exp(-t / (ring * life));
    }
    const grain = next();
    const sharp = grain - click;
    click = grain;
    out[i] =
      (value * 0.5 + sharp * 0.35 * Math.exp(-t * 420)) * Math.min(1, i / 20) * fadeOut(i, out.length, 900);
  }
  return out;
}

/** The bass drum: a boom whose pitch the palm bends from `from` to `to` hertz. */
export function bayan(from: number, to: number, ring: number): Float32Array {
  const out = new Float32Array(samples(ring * 3));
  let phase = 0;
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE;
    phase += (to + (from - to) * Math.exp(-t * 14)) / RATE;
    const value = Math.sin(2 * Math.PI * phase) + 0.22 * Math.sin(4 * Math.PI * phase);
    out[i] = value * Math.exp(-t / ring) * Math.min(1, i / 60) * fadeOut(i, out.length, 1200);
  }
  return out;
}

/** A closed stroke, a soft shaker or brush: filtered noise that dies within `life` seconds. */
export function brush(life: number, tone: number, seed: number): Float32Array {
  const out = new Float32Array(samples(life * 6));
  const next = noise(seed);
  let low = 0;
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE;
    const grain = next();
    low += (grain - low) * tone;
    out[i] = (grain - low) * Math.exp(-t / life) * Math.min(1, t / 0.004) * fadeOut(i, out.length, 200);
  }
  return out;
}

/** A round sine bass with a touch of the octave. */
export function bass(hz: number, seconds: number): Float32Array {
  const out = new Float32Array(samples(seconds));
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE;
    const angle = 2 * Math.PI * hz * t;
    out[i] =
      Math.tanh(1.3 * (Math.sin(angle) + 0.25 * Math.sin(2 * angle) * Math.exp(-t * 3))) *
      Math.min(1, t / 0.012) *
      (0.55 + 0.45 * Math.exp(-t * 2.2)) *
      fadeOut(i, out.length, 3600);
  }
  return out;
}

/** A slow pad: detuned saws through a gentle low pass, swelling in and out. */
export function pad(hz: number, seconds: number, detune: number): Float32Array {
  const out = new Float32Array(samples(seconds));
  let low = 0;
  let lower = 0;
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE;
    let value = 0;
    for (const cents of [-detune, 0, detune]) value += 2 * ((t * hz * 2 ** (cents / 1200)) % 1) - 1;
    const cutoff = 0.035 + 0.02 * Math.sin(Math.PI * (i / out.length));
    low += (value / 3 - low) * cutoff;
    lower += (low - lower) * cutoff;
    out[i] = lower * Math.sin(Math.PI * (i / out.length)) ** 0.7;
  }
  return out;
}

function fadeOut(i: number, length: number, over: number): number {
  return Math.min(1, (length - i) / over);
}
