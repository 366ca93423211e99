/** What the hosts do: hand poses, mixed over time, and a head that talks, nods and looks. */
import { bump, easeInOut, mix, mix3, TAU, type Vec3 } from './math.ts';

export interface HandPose {
  /** Wrist, relative to the host's feet line (table height), x away from the body's middle. */
  at: Vec3;
  fingers: Vec3;
  palm: Vec3;
}

export interface Pose {
  left: HandPose;
  right: HandPose;
}

const rest: HandPose = { at: [0.36, 0.16, 0.34], fingers: [-0.5, -0.25, 0.6], palm: [0, -1, 0.1] };
const present: HandPose = { at: [0.43, 0.5, 0.44], fingers: [-0.25, 0.35, 0.8], palm: [-0.45, 0.75, 0.35] };
const explain: HandPose = { at: [0.3, 0.52, 0.44], fingers: [-0.2, 0.75, 0.4], palm: [-0.8, 0.1, 0.4] };
const wave: HandPose = { at: [0.5, 0.98, 0.22], fingers: [0.12, 1, 0.05], palm: [0, 0, 1] };
const namaste: HandPose = { at: [0.034, 0.56, 0.34], fingers: [-0.02, 1, 0.12], palm: [-1, 0, 0.04] };
const delight: HandPose = { at: [0.4, 0.66, 0.36], fingers: [0.35, 0.85, 0.25], palm: [-0.3, 0.1, 0.95] };

const POSES = {
  rest: { left: rest, right: rest },
  presentLeft: { left: present, right: rest },
  presentRight: { left: rest, right: present },
  presentBoth: { left: present, right: present },
  explainRight: { left: rest, right: explain },
  explainBoth: { left: explain, right: explain },
  wave: { left: rest, right: wave },
  namaste: { left: namaste, right: namaste },
  delight: { left: delight, right: delight },
} as const satisfies Record<string, Pose>;

type PoseName = keyof typeof POSES;

/** A list of [seconds, pose]; each is reached at its time. */
export type Gestures = readonly (readonly [number, PoseName])[];

const mixHand = (a: HandPose, b: HandPose, t: number): HandPose => {
  const at = mix3(a.at, b.at, t);
  const arc = Math.sin(t * Math.PI) * Math.hypot(b.at[0] - a.at[0], b.at[1] - a.at[1]) * 0.18;
  return {
    at: [at[0] + arc, at[1], at[2] + arc],
    fingers: mix3(a.fingers, b.fingers, t),
    palm: mix3(a.palm, b.palm, t),
  };
};

/** The pose at `time`: hands move for 0.55 s before each mark, and are never quite still. */
export function poseAt(gestures: Gestures, time: number): Pose {
  let pose: Pose = POSES[gestures[0]?.[1] ?? 'rest'];
  for (const [at, name] of gestures) {
    const t = easeInOut((time - at + 0.55) / 0.55);
    if (t > 0)
      pose = {
        left: mixHand(pose.left, POSES[name].left, t),
        right: mixHand(pose.right, POSES[name].right, t),
      };
  }
  const alive = (hand: HandPose, phase: number): HandPose => {
    const lift = hand.at[1] > 0.9 ? 1 : 0;
    return {
      ...hand,
      at: [
        hand.at[0] + 0.008 * Math.sin(time * TAU * 0.5 + phase) + lift * 0.075 * Math.sin(time * TAU * 2),
        hand.at[1] + 0.01 * Math.sin(time * TAU * 0.75 + phase),
        hand.at[2],
      ],
      fingers: [hand.fingers[0] + lift * 0.35 * Math.sin(time * TAU * 2), hand.fingers[1], hand.fingers[2]],
    };
  };
  return { left: alive(pose.left, 0), right: alive(pose.right, 1.4) };
}

/** Head angles in degrees; mouth opening, eyelids and gaze towards the product from 0 to 1. */
export interface FaceState {
  yaw: number;
  pitch: number;
  roll: number;
  mouth: number;
  lids: number;
  looksDown: number;
}

export function faceAt(time: number, looksDown: number): FaceState {
  const talk = Math.max(0, Math.sin(time * TAU * 0.5 + 0.8) * 0.5 + 0.75);
  const syllables =
    Math.abs(Math.sin(time * TAU * 2.25)) * 0.7 + Math.abs(Math.sin(time * TAU * 3.5 + 1)) * 0.4;
  const blink = bump(time % 2.6, 1.1, 0.1) + bump(time % 3.7, 2.9, 0.1);
  return {
    yaw: 9 * Math.sin(time * TAU * 0.25) + 3 * Math.sin(time * TAU * 0.625),
    pitch: mix(2.5 * Math.sin(time * TAU * 0.75), 15, looksDown),
    roll: 4 * Math.sin(time * TAU * 0.375 + 1),
    mouth: Math.min(1, talk * syllables),
    lids: Math.min(1, blink),
    looksDown,
  };
}
