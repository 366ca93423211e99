/** The hosts' bodies: head, hair, torso, hands as surfaces; arms posed by two-bone inverse kinematics. */
import { add, clamp, cross, mix, normalize, scale, smoothstep, spline, sub, TAU, type Vec3 } from './math.ts';
import { ellipsoid, type Geometry, merge, surface, tube } from './mesh.ts';

const HEAD: Vec3 = [0.172, 0.222, 0.185];

/** A point of the head; lon 0 looks along +z, lat from -pi/2 (chin) to pi/2 (crown). */
export function headPoint(lon: number, lat: number, grow = 1): Vec3 {
  const y = Math.sin(lat);
  const jaw = 1 - 0.2 * smoothstep(0.1, -1, y) - 0.04 * smoothstep(0.3, 1, y);
  const ring = Math.cos(lat) ** 0.86 * jaw;
  const chin = 0.025 * smoothstep(-0.35, -0.95, y) * Math.max(0, Math.cos(lon));
  return [
    HEAD[0] * grow * ring * Math.sin(lon),
    HEAD[1] * grow * y,
    HEAD[2] * grow * ring * Math.cos(lon) + chin,
  ];
}

/** The face's surface in front of (x, y): depth z. */
export function faceDepth(x: number, y: number): number {
  const lat = Math.asin(clamp(y / HEAD[1], -0.99, 0.99));
  const ring = Math.cos(lat) ** 0.86;
  const lon = Math.asin(clamp(x / (HEAD[0] * ring), -0.99, 0.99));
  return headPoint(lon, lat)[2];
}

export const head = (): Geometry => surface((u, v) => headPoint(u * TAU, (v - 0.5) * Math.PI), 48, 32);

/** A shell over the head above a hairline; `line(lon)` is the lowest latitude covered. */
export function hairShell(
  line: (lon: number) => number,
  thickness: (lon: number, lat: number) => number,
): Geometry {
  return surface(
    (u, v) => {
      const lon = (u - 0.5) * TAU;
      const lat = mix(line(lon), Math.PI / 2, v);
      const edge = smoothstep(0, 0.12, v);
      return headPoint(lon, lat, mix(0.985, 1 + thickness(lon, lat), edge));
    },
    64,
    24,
  );
}

/** The torso from the hips (v = 0) to the neck (v = 1). */
export function torsoPoint(u: number, v: number, build: number, grow = 0): Vec3 {
  const lon = u * TAU;
  const half =
    spline([
      [0.23, 0, 0],
      [0.225, 0, 0],
      [0.255, 0, 0],
      [0.29, 0, 0],
      [0.235, 0, 0],
      [0.1, 0, 0],
      [0.075, 0, 0],
    ])(v)[0] * build;
  const deep = spline([
    [0.15, 0, 0],
    [0.145, 0, 0],
    [0.165, 0, 0],
    [0.165, 0, 0],
    [0.125, 0, 0],
    [0.09, 0, 0],
    [0.075, 0, 0],
  ])(v)[0];
  const y = spline([
    [-0.3, 0, 0],
    [0.1, 0, 0],
    [0.4, 0, 0],
    [0.68, 0, 0],
    [0.84, 0, 0],
    [0.905, 0, 0],
    [0.96, 0, 0],
  ])(v)[0];
  return [
    (half + grow) * Math.sign(Math.sin(lon)) * Math.abs(Math.sin(lon)) ** 0.85,
    y,
    (deep + grow) * Math.sign(Math.cos(lon)) * Math.abs(Math.cos(lon)) ** 0.9,
  ];
}

/** An open hand along -y, palm towards +z, thumb on the +x side; a little curled. */
export function hand(): Geometry {
  const parts: Geometry[] = [ellipsoid([0.043, 0.052, 0.021], 0.9, 16, 10)];
  const place = (geometry: Geometry, x: number, y: number, z: number) => ({
    geometry,
    matrix: new DOMMatrix().translate(x, y, z),
  });
  const finger = (x: number, reach: number) =>
    tube(
      spline([
        [x, -0.03, 0],
        [x * 1.12, -0.055, 0.001],
        [x * 1.2, -0.06 - reach * 0.5, 0.006],
        [x * 1.2, -0.06 - reach, 0.02],
      ]),
      (t) => mix(0.0128, 0.0105, t),
      8,
      7,
    );
  parts.push(finger(-0.03, 0.05), finger(-0.0105, 0.065), finger(0.0105, 0.068), finger(0.03, 0.058));
  parts.push(
    tube(
      spline([
        [0.02, 0.02, 0],
        [0.048, 0.0, 0.012],
        [0.064, -0.03, 0.022],
        [0.068, -0.055, 0.026],
      ]),
      (t) => mix(0.018, 0.0115, t),
      8,
      8,
    ),
  );
  return merge(parts.map((part) => place(part, 0, -0.045, 0)));
}

const UPPER_ARM = 0.31;
const FOREARM = 0.29;

/** Elbow and wrist of an arm from `shoulder` to `reach`; the elbow bends towards `hint`. */
export function bendArm(shoulder: Vec3, reach: Vec3, hint: Vec3): { elbow: Vec3; wrist: Vec3 } {
  const line = sub(reach, shoulder);
  const d = Math.min(Math.hypot(...line), (UPPER_ARM + FOREARM) * 0.995);
  const direction = normalize(line);
  const a = (UPPER_ARM ** 2 - FOREARM ** 2 + d * d) / (2 * d);
  const h = Math.sqrt(Math.max(0, UPPER_ARM ** 2 - a * a));
  const off = sub(
    hint,
    scale(direction, hint[0] * direction[0] + hint[1] * direction[1] + hint[2] * direction[2]),
  );
  const elbow = add(shoulder, add(scale(direction, a), scale(normalize(off), h)));
  return { elbow, wrist: add(shoulder, scale(direction, d)) };
}

/** A sleeve or limb through shoulder, elbow and wrist, covering `from`..`to` of its length. */
export function limb(
  joints: { shoulder: Vec3; elbow: Vec3; wrist: Vec3 },
  from: number,
  to: number,
  radius: (t: number) => number,
): Geometry {
  const { shoulder, elbow, wrist } = joints;
  const path = spline([
    shoulder,
    mixPoint(shoulder, elbow, 0.5),
    mixPoint(elbow, shoulder, 0.06),
    mixPoint(elbow, wrist, 0.08),
    mixPoint(elbow, wrist, 0.5),
    wrist,
  ]);
  return tube(
    (t) => path(mix(from, to, t)),
    (t) => radius(mix(from, to, t)),
    22,
    14,
  );
}

const mixPoint = (a: Vec3, b: Vec3, t: number): Vec3 => add(scale(a, 1 - t), scale(b, t));

/** Matrix of a hand at `wrist`: fingers along `fingers`, palm facing `palm`. */
export function handMatrix(wrist: Vec3, fingers: Vec3, palm: Vec3, mirror: boolean): DOMMatrix {
  const y = scale(normalize(fingers), -1);
  const x = normalize(cross(y, palm));
  const z = cross(x, y);
  const s = mirror ? -1 : 1;
  return new DOMMatrix([
    x[0] * s,
    x[1] * s,
    x[2] * s,
    0,
    y[0],
    y[1],
    y[2],
    0,
    z[0],
    z[1],
    z[2],
    0,
    wrist[0],
    wrist[1],
    wrist[2],
    1,
  ]);
}
