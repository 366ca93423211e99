/** A host's face: eyes that look and blink, brows, nose, ears and a mouth that talks. */
import * as body from './host-body.ts';
import type { FaceState } from './host-pose.ts';
import { mix, rgb, TAU } from './math.ts';
import { ellipsoid, surface, tube } from './mesh.ts';
import type { Renderer } from './renderer.ts';
import type { Item, Material } from './scene.ts';
import type { Look } from './wardrobe.ts';

export interface Face {
  /** The features on a head standing at `skull`. */
  items(time: number, state: FaceState, skull: DOMMatrix): Item[];
}

const EYE = { x: 0.068, y: 0.018 };
const MOUTH_Y = -0.1;

/** A place on the skin at (x, y) before the head's middle, raised by `lift`, facing outwards. */
export function onFace(skull: DOMMatrix, x: number, y: number, lift: number): DOMMatrix {
  const z = body.faceDepth(x, y);
  return skull.translate(x, y, z + lift).rotate(0, (Math.atan2(x, z) * 180) / Math.PI, 0);
}

/** A mouth of half width and half height 1, its corners lifted. */
const smile = () =>
  surface(
    (u, v) => {
      const lon = u * TAU;
      const lat = (v - 0.5) * Math.PI;
      const x = Math.cos(lat) * Math.cos(lon);
      return [
        x,
        Math.sin(lat) * (1 - 0.25 * x * x) + 0.85 * x * x - 0.3,
        -0.3 * Math.cos(lat) * Math.sin(lon),
      ];
    },
    28,
    16,
  );

function brow(side: -1 | 1, thickness: number) {
  return tube(
    (t) => {
      const x = side * mix(0.034, 0.11, t);
      const y = 0.073 + 0.014 * Math.sin(t * Math.PI * 0.9) - 0.012 * t;
      return [x, y, body.faceDepth(x, y) + 0.002];
    },
    (t) => thickness * (1 - 0.45 * t),
    20,
    10,
  );
}

export function buildFace(renderer: Renderer, look: Look, skin: Material, hair: Material): Face {
  const ear = renderer.mesh(ellipsoid([0.02, 0.042, 0.03], 1, 14, 10));
  const nose = renderer.mesh(ellipsoid([0.0235, 0.03, 0.03], 1, 20, 14));
  const eyeball = renderer.mesh(ellipsoid([0.034, 0.027, 0.014], 1, 20, 14));
  const iris = renderer.mesh(ellipsoid([0.0185, 0.021, 0.01], 1, 18, 12));
  const glint = renderer.mesh(ellipsoid([0.0048, 0.0055, 0.004], 1, 10, 8));
  const lid = renderer.mesh(ellipsoid([0.037, 0.03, 0.016], 1, 20, 14));
  const mouth = renderer.mesh(smile());
  const brows = ([-1, 1] as const).map((side) => renderer.mesh(brow(side, look.brow)));
  const white: Material = { color: rgb('#f6f1e6'), roughness: 0.35, shadow: false };
  const dark: Material = { color: rgb('#2a1710'), roughness: 0.12, clearcoat: 0.6, shadow: false };
  const light: Material = { unlit: true, color: [1.6, 1.6, 1.6] };
  const shade: Material = { ...skin, color: rgb(look.lid), shadow: false };
  const lips: Material = { color: rgb(look.lips), roughness: 0.4, shadow: false };
  const inside: Material = { color: rgb('#4a0d12'), roughness: 0.6, shadow: false };
  const hairs: Material = { ...hair, shadow: false };

  function eye(side: -1 | 1, time: number, { lids, looksDown }: FaceState, skull: DOMMatrix): Item[] {
    const x = side * EYE.x;
    const gaze = x + 0.006 * Math.sin(time * TAU * 0.25);
    const down = 0.008 * looksDown;
    const open = 1 - 0.92 * lids;
    const at = (px: number, py: number, lift: number): DOMMatrix =>
      onFace(skull, px, py, lift).scale(1, open, 1);
    return [
      { mesh: eyeball, material: white, matrix: at(x, EYE.y, -0.004) },
      { mesh: iris, material: dark, matrix: at(gaze, EYE.y - 0.002 - down, 0.0042) },
      { mesh: glint, material: light, matrix: at(gaze - 0.006, EYE.y + 0.007 - down, 0.0135) },
      { mesh: lid, material: shade, matrix: onFace(skull, x, EYE.y + 0.013 - 0.013 * lids, -0.0105) },
      { mesh: ear, material: skin, matrix: skull.translate(side * 0.172, -0.02, -0.005) },
    ];
  }

  /** Lips, the dark between them and the upper teeth, from a smile (0) to wide open (1). */
  function talking(open: number, skull: DOMMatrix): Item[] {
    const at = (dy: number, lift: number): DOMMatrix => onFace(skull, 0, MOUTH_Y + dy, lift);
    return [
      {
        mesh: mouth,
        material: lips,
        matrix: at(0, 0).scale(mix(0.054, 0.044, open), mix(0.013, 0.03, open), 0.032),
      },
      {
        mesh: mouth,
        material: inside,
        matrix: at(0, 0.0035).scale(mix(0.047, 0.036, open), mix(0.004, 0.021, open), 0.03),
      },
      {
        mesh: mouth,
        material: white,
        matrix: at(mix(0.001, 0.011, open), 0.0055).scale(
          mix(0.04, 0.028, open),
          mix(0.003, 0.0075, open),
          0.022,
        ),
      },
    ];
  }

  return {
    items(time, state, skull) {
      const raised = skull.translate(0, 0.006 * Math.sin(time * TAU * 0.5) + 0.004, 0);
      return [
        { mesh: nose, material: skin, matrix: onFace(skull, 0, -0.035, 0.006) },
        ...eye(-1, time, state, skull),
        ...eye(1, time, state, skull),
        ...brows.map((mesh) => ({ mesh, material: hairs, matrix: raised })),
        ...talking(state.mouth, skull),
      ];
    },
  };
}
