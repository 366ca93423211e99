/**
 * The tune, 48 seconds at 60 beats a minute: two halves of 24 seconds over the same six chords. The first half
 * (the loft) is led by a plucked string, the second (the handlooms) by a flute. Tabla plays keherwa throughout.
 */
import { Mix } from './mix.ts';
import * as synth from './synth.ts';

const BEAT = 1;
const HALF = 24;
/** Degrees of the scale D E F# G A B C#, octaves by seven. */
const SCALE = [0, 2, 4, 5, 7, 9, 11];
const hz = (degree: number, octave = 0): number => {
  const step = ((degree % 7) + 7) % 7;
  const semitones = (SCALE[step] ?? 0) + 12 * (Math.floor(degree / 7) + octave);
  return 293.665 * 2 ** (semitones / 12);
};

/** Each chord lasts four beats: bass degree and the four notes above it. */
const CHORDS: readonly { bass: number; notes: readonly number[] }[] = [
  { bass: 0, notes: [0, 2, 4, 8] },
  { bass: 5, notes: [-2, 0, 2, 4] },
  { bass: 3, notes: [-4, 0, 2, 5] },
  { bass: 4, notes: [-3, 0, 1, 5] },
  { bass: 5, notes: [-2, 2, 4, 7] },
  { bass: 4, notes: [-3, 1, 3, 5] },
];

/** Melodies as [beat, degree, beats]. */
const STRING_TUNE: readonly (readonly [number, number, number])[] = [
  [0, 4, 0.75],
  [0.75, 5, 0.25],
  [1, 7, 1],
  [2, 5, 0.5],
  [2.5, 4, 0.5],
  [3, 2, 1],
  [4, 4, 0.5],
  [4.5, 2, 0.5],
  [5, 1, 1],
  [6.5, 0, 0.25],
  [6.75, 1, 0.25],
  [7, 2, 1],
  [8, 5, 0.75],
  [8.75, 4, 0.25],
  [9, 5, 0.5],
  [9.5, 7, 0.5],
  [10, 9, 1.25],
  [11.5, 7, 0.5],
  [12, 8, 0.75],
  [12.75, 7, 0.25],
  [13, 5, 1],
  [14.5, 4, 0.25],
  [14.75, 5, 0.25],
  [15, 7, 1],
  [16, 9, 0.75],
  [16.75, 11, 0.25],
  [17, 9, 0.5],
  [17.5, 7, 0.5],
  [18, 5, 1],
  [19, 4, 0.5],
  [19.5, 2, 0.5],
  [20, 1, 1],
  [21, 2, 0.5],
  [21.5, 4, 0.5],
  [22, 5, 0.5],
  [22.5, 4, 0.25],
  [22.75, 2, 0.25],
  [23, 1, 1],
];
const FLUTE_TUNE: readonly (readonly [number, number, number])[] = [
  [0.5, 7, 1.5],
  [2, 9, 0.5],
  [2.5, 8, 0.5],
  [3, 7, 1.2],
  [4.5, 5, 1],
  [5.5, 4, 0.5],
  [6, 5, 1.8],
  [8.5, 9, 1],
  [9.5, 11, 0.5],
  [10, 12, 1],
  [11, 11, 0.9],
  [12, 8, 1.5],
  [13.5, 9, 0.5],
  [14, 7, 1.8],
  [16, 11, 0.5],
  [16.5, 12, 0.5],
  [17, 11, 1],
  [18, 9, 1],
  [19, 7, 0.9],
  [20, 8, 1.5],
  [21.5, 5, 0.5],
  [22, 4, 1.7],
];

/** Keherwa in eight strokes of a quarter beat each: which hand strikes and how. */
const KEHERWA = ['dha', 'ge', 'na', 'ti', 'na', 'ka', 'dhi', 'na'] as const;

function tabla(mix: Mix, from: number, to: number, busy: number): void {
  const swing = 0.028;
  for (let t = from, i = 0; t < to - 1e-6; t += 0.25, i++) {
    const stroke = KEHERWA[i % 8];
    const at = t + (i % 2 ? swing : 0);
    const accent = i % 8 === 0 ? 1 : i % 4 === 0 ? 0.85 : 0.66 + 0.08 * Math.sin(i * 2.3);
    const seed = 100 + i;
    if (stroke === 'dha' || stroke === 'dhi') {
      mix.add(
        synth.bayan(stroke === 'dha' ? 130 : 104, stroke === 'dha' ? 74 : 88, 0.2),
        at,
        0.24 * accent,
        0,
      );
    }
    if (stroke === 'ge') mix.add(synth.bayan(86, 112, 0.14), at, 0.17 * accent, 0);
    if (stroke === 'dha' || stroke === 'na')
      mix.add(synth.dayan(293.665, 0.075, seed), at, 0.2 * accent, 0.18, 0.25);
    if (stroke === 'dhi' || stroke === 'ti')
      mix.add(synth.dayan(293.665, 0.028, seed), at, 0.19 * accent, 0.18, 0.2);
    if (stroke === 'ka') mix.add(synth.brush(0.018, 0.35, seed), at, 0.09 * accent, -0.1, 0.1);
    // A quick te-te-ka before each fourth bar.
    if (busy && i % 32 === 31) mix.add(synth.dayan(293.665, 0.03, seed + 7), at + 0.125, 0.1, 0.18, 0.2);
  }
}

export function compose(): Mix {
  const mix = new Mix(2 * HALF);
  for (const half of [0, 1]) {
    const start = half * HALF;
    CHORDS.forEach((chord, bar) => {
      const at = start + bar * 4 * BEAT;
      chord.notes.forEach((note, i) => {
        mix.add(synth.pad(hz(note, -1), 5.2, 7), at - 0.5, 0.085, i % 2 ? 0.6 : -0.6, 0.5);
      });
      for (const [beat, beats, lift] of [
        [0, 1.4, 0],
        [1.5, 0.5, 0],
        [2.5, 1.2, 0],
        [3.75, 0.25, 1],
      ] as const) {
        mix.add(synth.bass(hz(chord.bass + lift * 2, -2), beats * BEAT), at + beat, 0.11, 0);
      }
      // Broken chord on a soft string, quavers with a lilt.
      [0, 2, 1, 3, 2, 1, 3, 2].forEach((pick, i) => {
        const note = chord.notes[pick] ?? 0;
        const when = at + i * 0.5 + (i % 2 ? 0.04 : 0);
        mix.add(
          synth.pluck(hz(note, 0), 1.6, 0.25, bar * 16 + i + half * 7),
          when,
          0.21,
          i % 2 ? -0.45 : -0.2,
          0.3,
        );
      });
    });
    // Tanpura: a slow open fifth under everything.
    for (let t = 0; t < HALF; t += 4) {
      [
        [0, 4 - 7, 0.2],
        [1, 0, 0],
        [2, 0, 0.02],
        [3, -7, -0.1],
      ].forEach(([beat = 0, degree = 0, pan = 0], i) => {
        mix.add(synth.pluck(hz(degree, 0), 4.5, 0.6, 300 + i + t), start + t + beat, 0.075, pan, 0.5);
      });
    }
    tabla(mix, start, start + HALF, 1);
    // A soft kick and shaker hold the lo-fi beat.
    for (let t = 0; t < HALF; t += 1) {
      if (t % 2 === 0) mix.add(synth.bayan(140, 58, 0.09), start + t, 0.2, 0);
      else mix.add(synth.brush(0.06, 0.2, 500 + t), start + t, 0.05, 0.05, 0.35);
      mix.add(synth.brush(0.02, 0.6, 600 + t), start + t + 0.54, 0.04, 0.4, 0.1);
    }
    if (half === 0) {
      for (const [beat, degree, beats] of STRING_TUNE) {
        const sound = synth.pluck(hz(degree, 0), beats + 1.6, 0.62, Math.round(beat * 40) + 3);
        mix.add(sound, start + beat, 0.42, 0.22, 0.4);
        mix.add(
          synth.pluck(hz(degree, 1), beats + 0.8, 0.5, Math.round(beat * 40) + 9),
          start + beat + 0.012,
          0.07,
          0.35,
          0.4,
        );
      }
    } else {
      for (const [beat, degree, beats] of FLUTE_TUNE) {
        mix.add(
          synth.flute(hz(degree, 0), beats + 0.12, Math.round(beat * 40)),
          start + beat,
          0.125,
          0.12,
          0.65,
        );
      }
    }
  }
  return mix;
}
