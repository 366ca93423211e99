import { bitrateLimits } from './uplink';

export interface Size {
  width: number;
  height: number;
}

const FRAMES_PER_SECOND = 30;

/**
 * What is tried, one after the other: H.264 in 720 lines, then in 480, then VP9. Constrained Baseline is what phones
 * encode in hardware; level 3.1 holds 720p with 30 frames a second (ITU-T H.264 table A-1).
 */
const rungs = [
  { codec: 'avc1.42e01f', shortSide: 720 },
  { codec: 'avc1.4d001f', shortSide: 720 },
  { codec: 'avc1.42e01f', shortSide: 480 },
  { codec: 'vp09.00.31.08', shortSide: 720 },
  { codec: 'vp09.00.31.08', shortSide: 480 },
] as const;

/** Camera pictures of this size in at most so many lines (columns, if upright), with even sides. */
export function sizeWithin(picture: Size, shortSide: number): Size {
  const scale = Math.min(1, shortSide / Math.min(picture.width, picture.height));
  const even = (side: number) => Math.max(2, 2 * Math.round((side * scale) / 2));
  return { width: even(picture.width), height: even(picture.height) };
}

function videoEncoding(codec: string, size: Size, bitsPerSecond: number): VideoEncoderConfig {
  return {
    codec,
    ...size,
    bitrate: bitsPerSecond,
    framerate: FRAMES_PER_SECOND,
    latencyMode: 'realtime',
    ...(codec.startsWith('avc') ? { avc: { format: 'avc' as const } } : {}),
  };
}

/** The encodings that this browser offers for pictures of this size, best first. */
export async function offeredEncodings(
  picture: Size,
  isSupported: (config: VideoEncoderConfig) => Promise<boolean>,
): Promise<VideoEncoderConfig[]> {
  const configs = rungs.map(({ codec, shortSide }) =>
    videoEncoding(codec, sizeWithin(picture, shortSide), bitrateLimits.most),
  );
  const answers = await Promise.all(configs.map((config) => isSupported(config).catch(() => false)));
  return configs.filter((_, i) => answers[i]);
}
