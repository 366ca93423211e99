/** Sahil and Meera, the two hosts: bodies dressed, faces made up, everything moved by the pose. */
import { buildArms } from './host-arms.ts';
import * as body from './host-body.ts';
import { buildFace, onFace } from './host-face.ts';
import { hair } from './host-hair.ts';
import { faceAt, type Gestures, poseAt } from './host-pose.ts';
import { mix, rgb, TAU } from './math.ts';
import { surface, tube } from './mesh.ts';
import type { Renderer } from './renderer.ts';
import type { Item, Material } from './scene.ts';
import { CLOTH, clothes, type HostName, LOOKS, torsoTexture } from './wardrobe.ts';

export interface Host {
  /** `looksDown` from 0 (at the viewer) to 1 (at the product); `stand`: aside from the middle, and raised. */
  items(time: number, gestures: Gestures, looksDown: number, stand: readonly [number, number]): Item[];
}

export function buildHost(renderer: Renderer, name: HostName): Host {
  const look = LOOKS[name];
  const skin: Material = { color: rgb(look.skin), roughness: 0.52, sheen: [0.16, 0.06, 0.03] };
  const hairs: Material = { color: rgb(look.hair), roughness: 0.42, sheen: [0.05, 0.04, 0.045] };
  const cloth: Material = { ...CLOTH, map: torsoTexture[name](renderer), bump: 0.003 };
  const head = renderer.mesh(body.head());
  const hairMesh = renderer.mesh(hair(name));
  const torso = renderer.mesh(surface((u, v) => body.torsoPoint(u, v, look.build), 48, 28));
  const neck = renderer.mesh(tube((t) => [0, mix(0.86, 1.08, t), mix(-0.012, 0.0, t)], 0.068, 12, 20));
  const face = buildFace(renderer, look, skin, hairs);
  const arms = buildArms(renderer, look, skin);
  const worn = clothes[name](renderer);

  return {
    items(time, gestures, looksDown, [aside, lift]) {
      const breath = 0.006 * Math.sin(time * TAU * 0.25);
      const sway = 1.4 * Math.sin(time * TAU * 0.25 + 0.5);
      const place = new DOMMatrix()
        .translate(aside, lift + breath, -0.98)
        .rotate(0, sway - aside * 30, sway * 0.35);
      const state = faceAt(time, looksDown);
      const skull = place
        .translate(0, 1.0, 0.0)
        .rotate(state.pitch, state.yaw, state.roll)
        .translate(0, 0.215, 0.015);
      const where = { head: skull, body: place, brow: onFace(skull, 0, 0.072, 0.001) };
      return [
        { mesh: head, material: skin, matrix: skull },
        { mesh: hairMesh, material: hairs, matrix: skull },
        ...face.items(time, state, skull),
        ...worn.map(({ on, ...thing }) => ({ ...thing, matrix: where[on] })),
        ...arms.items(poseAt(gestures, time), place),
        { mesh: torso, material: cloth, matrix: place },
        { mesh: neck, material: skin, matrix: place },
      ];
    },
  };
}
