/** Sahil and Meera, the two hosts: bodies dressed, faces made up, everything moved by the pose. */
import * as body from './host-body.ts';
import { faceAt, type Gestures, type HandPose, poseAt } from './host-pose.ts';
import { mix, rgb, smoothstep, TAU, type Vec3 } from './math.ts';
import { ellipsoid, type Geometry, lathe, merge, surface, tube } from './mesh.ts';
import type { Renderer } from './renderer.ts';
import type { Item, Material } from './scene.ts';
import {
  beard,
  CLOTH,
  type HostName,
  hair,
  jasmine,
  LOOKS,
  pallu,
  palluTexture,
  pearls,
  smile,
  torsoTexture,
} from './wardrobe.ts';

export interface Host {
  /** `stand`: metres aside from the middle, and raised. */
  items(time: number, gestures: Gestures, looksDown: number, stand: readonly [number, number]): Item[];
}

export function buildHost(renderer: Renderer, name: HostName): Host {
  const look = LOOKS[name];
  const mesh = (geometry: Geometry) => renderer.mesh(geometry);
  const skin: Material = { color: rgb(look.skin), roughness: 0.52, sheen: [0.16, 0.06, 0.03] };
  const dark: Material = { color: rgb(look.hair), roughness: 0.42, sheen: [0.05, 0.04, 0.045] };
  const brass: Material = { color: rgb('#e2ab4a'), metalness: 1, roughness: 0.22 };
  const white: Material = { color: rgb('#f6f1e6'), roughness: 0.35, shadow: false };
  const parts = {
    head: mesh(body.head()),
    hair: mesh(hair(name)),
    torso: mesh(surface((u, v) => body.torsoPoint(u, v, look.build), 48, 28)),
    neck: mesh(tube((t) => [0, mix(0.86, 1.08, t), mix(-0.012, 0.0, t)], 0.068, 12, 20)),
    ear: mesh(ellipsoid([0.02, 0.042, 0.03], 1, 14, 10)),
    nose: mesh(ellipsoid([0.0235, 0.03, 0.03], 1, 20, 14)),
    eyeWhite: mesh(ellipsoid([0.034, 0.027, 0.014], 1, 20, 14)),
    iris: mesh(ellipsoid([0.0185, 0.021, 0.01], 1, 18, 12)),
    glint: mesh(ellipsoid([0.0048, 0.0055, 0.004], 1, 10, 8)),
    lid: mesh(ellipsoid([0.037, 0.03, 0.016], 1, 20, 14)),
    mouth: mesh(smile()),
    hand: mesh(body.hand()),
  };
  const torsoMap = torsoTexture[name](renderer);
  const worn: { mesh: ReturnType<typeof mesh>; material: Material; onHead: boolean }[] = [];
  if (name === 'sahil') {
    worn.push(
      { mesh: mesh(beard()), material: { color: rgb('#2a1a14'), roughness: 0.8 }, onHead: true },
      {
        mesh: mesh(
          tube(
            (t) => {
              const a = mix(-2.75, 2.75, t);
              return [0.135 * Math.sin(a), 0.885 + 0.045 * Math.cos(a), -0.115 * Math.cos(a)];
            },
            0.032,
            40,
            12,
          ),
        ),
        material: { ...CLOTH, color: rgb('#c98a22') },
        onHead: false,
      },
    );
  } else {
    const drop = lathe(
      [0.03, -0.05, 0.028, -0.035, 0.014, -0.012, 0.006, 0, 0.006, 0.014, 0.001, 0.018],
      20,
      3,
    );
    worn.push(
      { mesh: mesh(jasmine()), material: { color: rgb('#fff9ea'), roughness: 0.7 }, onHead: true },
      {
        mesh: mesh(
          merge(
            [-1, 1].map((s) => ({
              geometry: drop,
              matrix: new DOMMatrix().translate(s * 0.183, -0.065, 0.0),
            })),
          ),
        ),
        material: brass,
        onHead: true,
      },
      {
        mesh: mesh(ellipsoid([0.0105, 0.0105, 0.004], 1, 14, 10)),
        material: { color: rgb('#c3122f'), roughness: 0.5 },
        onHead: true,
      },
      { mesh: mesh(pearls(0.1, 0.93, 0.1, 0.0095, 25)), material: brass, onHead: false },
    );
  }
  const palluMesh = name === 'meera' ? mesh(pallu()) : null;
  const palluMap = palluTexture(renderer);
  const shoulders: readonly Vec3[] = [-1, 1].map((s): Vec3 => [s * 0.225 * look.build, 0.79, -0.01]);
  const shoulderCap = (t: number): number => Math.sqrt(1 - (1 - Math.min(1, (t + 0.012) / 0.17)) ** 2);
  const radius = (t: number): number => mix(0.082, 0.043, smoothstep(0, 1, t)) * look.build * shoulderCap(t);
  const sleeveRadius = (t: number): number => radius(t) + 0.011 * shoulderCap(t);
  const arms = [0, 1].map(() => {
    const joints = { shoulder: [0, 0, 0] as Vec3, elbow: [0.2, -0.2, 0] as Vec3, wrist: [0.3, 0, 0] as Vec3 };
    return {
      skin: mesh(body.limb(joints, 0, 1, radius)),
      sleeve: mesh(body.limb(joints, 0, look.sleeve, sleeveRadius)),
    };
  });
  const brows = [-1, 1].map((s) =>
    mesh(
      tube(
        (t) => {
          const x = s * mix(0.034, 0.11, t);
          const y = 0.073 + 0.014 * Math.sin(t * Math.PI * 0.9) - 0.012 * t;
          return [x, y, body.faceDepth(x, y) + 0.002];
        },
        (t) => look.brow * (1 - 0.45 * t),
        20,
        10,
      ),
    ),
  );
  const bangle = mesh(tube((t) => [0.05 * Math.cos(t * TAU), 0, 0.05 * Math.sin(t * TAU)], 0.0065, 30, 8));

  return {
    items(time, gestures, looksDown, [aside, lift]) {
      const breath = 0.006 * Math.sin(time * TAU * 0.25);
      const sway = 1.4 * Math.sin(time * TAU * 0.25 + 0.5);
      const place = new DOMMatrix()
        .translate(aside, lift + breath, -0.98)
        .rotate(0, sway - aside * 30, sway * 0.35);
      const face = faceAt(time, looksDown);
      const skull = place
        .translate(0, 1.0, 0.0)
        .rotate(face.pitch, face.yaw, face.roll)
        .translate(0, 0.215, 0.015);
      const onFace = (x: number, y: number, lift: number): DOMMatrix => {
        const z = body.faceDepth(x, y);
        return skull.translate(x, y, z + lift).rotate(0, (Math.atan2(x, z) * 180) / Math.PI, 0);
      };
      const items: Item[] = [
        { mesh: parts.head, material: skin, matrix: skull },
        { mesh: parts.hair, material: dark, matrix: skull },
        { mesh: parts.neck, material: skin, matrix: place },
        { mesh: parts.torso, material: { ...CLOTH, map: torsoMap, bump: 0.003 }, matrix: place },
        { mesh: parts.nose, material: skin, matrix: onFace(0, -0.035, 0.006) },
      ];
      for (const s of [-1, 1]) {
        const openness = 1 - 0.92 * face.lids;
        const gaze = 0.006 * Math.sin(time * TAU * 0.25);
        items.push(
          { mesh: parts.ear, material: skin, matrix: skull.translate(s * 0.172, -0.02, -0.005) },
          {
            mesh: parts.eyeWhite,
            material: white,
            matrix: onFace(s * 0.068, 0.018, -0.004).scale(1, openness, 1),
          },
          {
            mesh: parts.iris,
            material: { color: rgb('#2a1710'), roughness: 0.12, clearcoat: 0.6, shadow: false },
            matrix: onFace(s * 0.068 + gaze, 0.016 - looksDown * 0.008, 0.0042).scale(1, openness, 1),
          },
          {
            mesh: parts.glint,
            material: { unlit: true, color: [1.6, 1.6, 1.6] },
            matrix: onFace(s * 0.068 + gaze - 0.006, 0.025 - looksDown * 0.008, 0.0135).scale(1, openness, 1),
          },
          {
            mesh: parts.lid,
            material: { ...skin, color: rgb(name === 'meera' ? '#8a5238' : '#a56a44'), shadow: false },
            matrix: onFace(s * 0.068, 0.031 - 0.013 * face.lids, -0.0105),
          },
        );
      }
      const raised = 0.006 * Math.sin(time * TAU * 0.5) + 0.004;
      for (const brow of brows)
        items.push({
          mesh: brow,
          material: { ...dark, shadow: false },
          matrix: skull.translate(0, raised, 0),
        });
      const open = face.mouth;
      items.push(
        {
          mesh: parts.mouth,
          material: { color: rgb(look.lips), roughness: 0.4, shadow: false },
          matrix: onFace(0, -0.1, 0.0).scale(mix(0.054, 0.044, open), mix(0.013, 0.03, open), 0.032),
        },
        {
          mesh: parts.mouth,
          material: { color: rgb('#4a0d12'), roughness: 0.6, shadow: false },
          matrix: onFace(0, -0.1, 0.0035).scale(mix(0.047, 0.036, open), mix(0.004, 0.021, open), 0.03),
        },
        {
          mesh: parts.mouth,
          material: white,
          matrix: onFace(0, -0.1 + mix(0.001, 0.011, open), 0.0055).scale(
            mix(0.04, 0.028, open),
            mix(0.003, 0.0075, open),
            0.022,
          ),
        },
      );
      for (const { mesh: solid, material, onHead } of worn) {
        const bindi = name === 'meera' && material.roughness === 0.5;
        items.push({
          mesh: solid,
          material,
          matrix: bindi ? onFace(0, 0.072, 0.001) : onHead ? skull : place,
        });
      }
      if (palluMesh)
        items.push({
          mesh: palluMesh,
          material: { map: palluMap, roughness: 0.55, sheen: rgb('#7a3a20'), bump: 0.003 },
          matrix: place,
        });
      const pose = poseAt(gestures, time);
      items.push(...armItems(pose.left, -1), ...armItems(pose.right, 1));
      return items;

      function armItems(pose: HandPose, side: -1 | 1): Item[] {
        const mirrored = (v: Vec3): Vec3 => [v[0] * side, v[1], v[2]];
        const shoulder = shoulders[side < 0 ? 0 : 1] ?? [0, 0, 0];
        const { elbow, wrist } = body.bendArm(shoulder, mirrored(pose.at), [side * 0.75, -1, -0.25]);
        const arm = arms[side < 0 ? 0 : 1];
        if (!arm) return [];
        const joints = { shoulder, elbow, wrist };
        arm.skin.update(body.limb(joints, 0, 1, radius));
        arm.sleeve.update(body.limb(joints, 0, look.sleeve, sleeveRadius));
        const palm = body.handMatrix(wrist, mirrored(pose.fingers), mirrored(pose.palm), side > 0);
        const result: Item[] = [
          { mesh: arm.skin, material: skin, matrix: place },
          { mesh: arm.sleeve, material: { ...CLOTH, color: rgb(look.sleeveColor) }, matrix: place },
          { mesh: parts.hand, material: skin, matrix: place.multiply(palm) },
        ];
        if (name === 'meera') {
          for (const d of [0.03, 0.05, 0.07])
            result.push({ mesh: bangle, material: brass, matrix: place.multiply(palm).translate(0, d, 0) });
        }
        return result;
      }
    },
  };
}
