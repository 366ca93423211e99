import type { BroadcastProblem } from '@vybekart/screens';

type Facing = 'user' | 'environment';

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
    video: { ...picture, facingMode: { ideal: facing } },
    audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  });
}

/** The picture alone, for a change of cameras while the microphone goes on. Throws `CameraError`. */
export async function openPicture(which: MediaTrackConstraints): Promise<MediaStreamTrack | undefined> {
  const [track] = (await ask({ video: { ...picture, ...which } })).getVideoTracks();
  return track;
}

/** On a phone the one that looks the other way; where cameras do not say where they look, the next one. */
export async function cameraAfter(track: MediaStreamTrack): Promise<MediaTrackConstraints> {
  const { deviceId } = track.getSettings();
  const facing = facingOf(track);
  if (facing) return { facingMode: { ideal: facing === 'user' ? 'environment' : 'user' } };
  const cameras = await listCameras();
  const next = cameras[(cameras.indexOf(deviceId ?? '') + 1) % cameras.length];
  return next === undefined ? {} : { deviceId: { exact: next } };
}

export function facingOf(track: MediaStreamTrack): Facing | null {
  const { facingMode } = track.getSettings();
  return facingMode === 'user' || facingMode === 'environment' ? facingMode : null;
}

/** The ids of the cameras, as far as the person lets us see them. */
export async function listCameras(): Promise<string[]> {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return devices.filter(({ kind }) => kind === 'videoinput').map(({ deviceId }) => deviceId);
}

const picture: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};

async function ask(constraints: MediaStreamConstraints): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    throw new CameraError((error instanceof Error && problems[error.name]) || 'camera_busy', error);
  }
}
