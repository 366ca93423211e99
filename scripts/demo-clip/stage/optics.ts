/** Projections, and the sample points of lens, light and sky. */
import { add, cross, halton, normalize, scale, sub, TAU, type Vec3 } from './math.ts';
import type { Camera } from './scene.ts';

/** The camera of pass `pass` of `passes`: moved on its lens and by a part of a pixel. */
export function viewProjection(
  camera: Camera,
  width: number,
  height: number,
  pass: number,
  passes: number,
): DOMMatrix {
  const toTarget = sub(camera.target, camera.eye);
  const distance = Math.hypot(...toTarget);
  const focus = camera.focus ?? distance;
  const forward = scale(toTarget, 1 / distance);
  const lens = discPoint((pass + 0.5) / passes, halton(pass, 5));
  const [right, up] = basis(scale(forward, -1));
  const offset = add(scale(right, lens[0] * camera.aperture), scale(up, lens[1] * camera.aperture));
  const eye = add(camera.eye, offset);
  const t = Math.tan(camera.fov / 2);
  // Off-axis projection: the plane in focus keeps its place on the film whatever the lens position.
  const shearX = (lens[0] * camera.aperture) / focus;
  const shearY = (lens[1] * camera.aperture) / focus;
  const jitterX = ((halton(pass + 1, 2) - 0.5) * 2) / width;
  const jitterY = ((halton(pass + 1, 3) - 0.5) * 2) / height;
  const aspect = width / height;
  const near = 0.1;
  const far = 30;
  const projection = new DOMMatrix([
    1 / (t * aspect),
    0,
    0,
    0,
    0,
    1 / t,
    0,
    0,
    jitterX - shearX / (t * aspect),
    jitterY - shearY / t - (camera.shift ?? 0),
    -(far + near) / (far - near),
    -1,
    0,
    0,
    (-2 * far * near) / (far - near),
    0,
  ]);
  return projection.multiply(lookAt(eye, add(eye, forward)));
}

/** A point of the unit disc; even over `a` and `b` in [0, 1). */
export function discPoint(a: number, b: number): readonly [number, number] {
  const r = Math.sqrt(a);
  return [r * Math.cos(b * TAU), r * Math.sin(b * TAU)];
}

/** A direction of the upper half sphere; even over `a` and `b`. */
export function domePoint(a: number, b: number): Vec3 {
  const y = 0.06 + 0.94 * a;
  const r = Math.sqrt(1 - y * y);
  return [r * Math.cos(b * TAU), y, r * Math.sin(b * TAU)];
}

/** Two directions at right angles to `direction` and to each other. */
export function basis(direction: Vec3): readonly [Vec3, Vec3] {
  const right = normalize(cross(Math.abs(direction[1]) > 0.95 ? [1, 0, 0] : [0, 1, 0], direction));
  return [right, cross(direction, right)];
}

/** World to view. */
export function lookAt(eye: Vec3, target: Vec3): DOMMatrix {
  const back = normalize(sub(eye, target));
  const [r, u] = basis(back);
  return new DOMMatrix([
    r[0],
    u[0],
    back[0],
    0,
    r[1],
    u[1],
    back[1],
    0,
    r[2],
    u[2],
    back[2],
    0,
    0,
    0,
    0,
    1,
  ]).translate(-eye[0], -eye[1], -eye[2]);
}

/** A parallel light's view of a ball of `radius`, seen from twice that distance. */
export function orthographic(radius: number): DOMMatrix {
  const s = 1 / radius;
  return new DOMMatrix([s, 0, 0, 0, 0, s, 0, 0, 0, 0, -s, 0, 0, 0, -2, 1]);
}
