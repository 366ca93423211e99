import type { IngestAdvice } from '@vybekart/contract';
import type { IngestHealth } from '../media/media-provider.ts';

/** Viewers wait up to one such interval for their first picture, and for smaller pictures when their network changes. */
const longestKeyFrameIntervalMs = 2_500;
const lowestFrameRate = 20;
/** Phones on mobile networks lose more than this. */
const highestBitsPerSecond = 6_000_000;
/** Below it a moving picture turns into blocks, H.264 at the speed of live encoders. */
const leastBitsPerPixel = 0.02;
/** Of the last five seconds. */
const mostLostFrames = 2;

/** What the seller should change at the encoder, the most urgent first; empty when all is well. */
export function adviceFor(health: IngestHealth): IngestAdvice[] {
  const { bitsPerSecond, framesPerSecond, keyFrameIntervalMs, framesLost, width, height } = health;
  const hasVideo = width !== null && height !== null;
  // Nothing has been measured in the first second.
  const isMeasured = bitsPerSecond > 0;
  const pixelsPerSecond = hasVideo ? width * height * framesPerSecond : 0;
  const rules: [boolean, IngestAdvice][] = [
    [!hasVideo, 'no_video'],
    [framesLost > mostLostFrames, 'frames_lost'],
    [(keyFrameIntervalMs ?? 0) > longestKeyFrameIntervalMs, 'key_frames_rare'],
    [bitsPerSecond > highestBitsPerSecond, 'bit_rate_high'],
    [hasVideo && bitsPerSecond < leastBitsPerPixel * pixelsPerSecond, 'bit_rate_low'],
    [hasVideo && framesPerSecond > 0 && framesPerSecond < lowestFrameRate, 'frame_rate_low'],
    [!health.hasSound, 'no_sound'],
  ];
  return isMeasured ? rules.filter(([holds]) => holds).map(([, advice]) => advice) : [];
}
