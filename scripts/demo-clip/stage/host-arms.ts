/** A host's arms: sleeves, hands and bangles, bent to reach where the pose wants the hands. */
import * as body from './host-body.ts';
import type { HandPose, Pose } from './host-pose.ts';
import { mix, rgb, smoothstep, TAU, type Vec3 } from './math.ts';
import { tube } from './mesh.ts';
import type { Renderer } from './renderer.ts';
import type { Item, Material } from './scene.ts';
import { BRASS, CLOTH, type Look } from './wardrobe.ts';

export interface Arms {
  items(pose: Pose, place: DOMMatrix): Item[];
}

export function buildArms(renderer: Renderer, look: Look, skin: Material): Arms {
  const roundedStart = (t: number): number => Math.sqrt(1 - (1 - Math.min(1, (t + 0.012) / 0.17)) ** 2);
  const radius = (t: number): number => mix(0.082, 0.043, smoothstep(0, 1, t)) * look.build * roundedStart(t);
  const sleeveRadius = (t: number): number => radius(t) + 0.011 * roundedStart(t);
  const sleeveCloth: Material = { ...CLOTH, color: rgb(look.sleeveColor) };
  const hand = renderer.mesh(body.hand());
  const bangle = renderer.mesh(
    tube((t) => [0.05 * Math.cos(t * TAU), 0, 0.05 * Math.sin(t * TAU)], 0.0065, 30, 8),
  );

  function buildArm(side: -1 | 1): (pose: HandPose, place: DOMMatrix) => Item[] {
    const mirrored = (v: Vec3): Vec3 => [v[0] * side, v[1], v[2]];
    const shoulder: Vec3 = [side * 0.225 * look.build, 0.79, -0.01];
    const bend = (reach: Vec3) => {
      const { elbow, wrist } = body.bendArm(shoulder, reach, [side * 0.75, -1, -0.25]);
      return { shoulder, elbow, wrist };
    };
    const start = bend(mirrored([0.4, 0.4, 0.3]));
    const bare = renderer.mesh(body.limb(start, 0, 1, radius));
    const sleeve = renderer.mesh(body.limb(start, 0, look.sleeve, sleeveRadius));
    return (pose, place) => {
      const joints = bend(mirrored(pose.at));
      bare.update(body.limb(joints, 0, 1, radius));
      sleeve.update(body.limb(joints, 0, look.sleeve, sleeveRadius));
      const palm = place.multiply(
        body.handMatrix(joints.wrist, mirrored(pose.fingers), mirrored(pose.palm), side > 0),
      );
      return [
        { mesh: bare, material: skin, matrix: place },
        { mesh: sleeve, material: sleeveCloth, matrix: place },
        { mesh: hand, material: skin, matrix: palm },
        ...look.bangles.map((up) => ({ mesh: bangle, material: BRASS, matrix: palm.translate(0, up, 0) })),
      ];
    };
  }

  const left = buildArm(-1);
  const right = buildArm(1);
  return { items: (pose, place) => [...left(pose.left, place), ...right(pose.right, place)] };
}
