import type { AudioConfig } from '../shared/media.ts';

/** Raw AAC-LC frames of digital silence: one channel element each, all spectral data zero. */
const SILENT_MONO = Buffer.from('00c800802380', 'hex');
const SILENT_STEREO = Buffer.from('210049900219002380', 'hex');

/** A frame that fills a hole in AAC-LC audio, or null where a hole must stay. */
export function silentAacFrame(config: AudioConfig): Buffer | null {
  if (config.codec !== 'mp4a.40.2') return null;
  if (config.channels === 1) return SILENT_MONO;
  return config.channels === 2 ? SILENT_STEREO : null;
}
