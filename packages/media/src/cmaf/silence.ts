import type { AudioConfig } from '../shared/media.ts';

/** Raw AAC-LC frames of digital silence: one channel element each, all spectral data zero. */
const SILENT_AAC_MONO = Buffer.from('00c800802380', 'hex');
const SILENT_AAC_STEREO = Buffer.from('210049900219002380', 'hex');
/** Opus packets of one 20 ms CELT frame that codes silence (RFC 6716 section 4.3). */
const SILENT_OPUS_MONO = Buffer.from('f8fffe', 'hex');
const SILENT_OPUS_STEREO = Buffer.from('fcfffe', 'hex');

/** A frame that fills a hole in AAC-LC or Opus audio, or null where a hole must stay. */
export function silentFrame({ codec, channels }: AudioConfig): Buffer | null {
  if (codec === 'opus') return channels === 1 ? SILENT_OPUS_MONO : SILENT_OPUS_STEREO;
  if (codec !== 'mp4a.40.2') return null;
  if (channels === 1) return SILENT_AAC_MONO;
  return channels === 2 ? SILENT_AAC_STEREO : null;
}
