import type { BroadcastProblem } from '@vybekart/screens';

export type Facing = 'user' | 'environment';

/** The camera or the microphone cannot be had; `problem` is for the person. */
export class CameraError extends Error {
  override readonly name = 'CameraError';
  readonly problem: BroadcastProblem;

  constructor(problem: BroadcastProblem, cause: unknown) {
    super(`camera: ${problem}`, { cause });
    this.problem = problem;
  }
}

/** Names of DOMException in "Media Capture and Streams", section getUserMedia. */
const problems: Readonly<Record<string, BroadcastProblem>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'no_camera',
  OverconstrainedError: 'no_camera',
  NotReadableError: 'camera_busy',
  AbortError: 'camera_busy',
};

/** What keeps this page from broadcasting at all; null when nothing does. */
export function missingHere(): BroadcastProblem | null {
  if (!window.isSecureContext) return 'insecure';
  const hasAll =
    'mediaDevices' in navigator &&
    typeof VideoEncoder === 'function' &&
    typeof AudioEncoder === 'function' &&
    typeof MediaStreamTrackProcessor === 'function';
  return hasAll ? null : 'unsupported';
}

/** Throws `CameraError`. */
export function openCamera(facing: Facing): Promise<MediaStream> {
  return ask({
    video: pictureFrom(facing),
    audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  });
}

/** The picture alone, for a change of cameras while the microphone goes on. Throws `CameraError`. */
export async function openPicture(facing: Facing): Promise<MediaStreamTrack | undefined> {
  const [track] = (await ask({ video: pictureFrom(facing) })).getVideoTracks();
  return track;
}

export async function countCameras(): Promise<number> {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return devices.filter(({ kind }) => kind === 'videoinput').length;
}

function pictureFrom(facing: Facing): MediaTrackConstraints {
  return {
    facingMode: { ideal: facing },
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
  };
}

async function ask(constraints: MediaStreamConstraints): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    throw new CameraError((error instanceof Error && problems[error.name]) || 'camera_busy', error);
  }
}
