/** What the renderer is given: solids with materials, lights, a camera. */
import type { Mesh } from './gl.ts';
import type { Vec3 } from './math.ts';

export interface Material {
  /** Linear light. */
  color?: Vec3;
  /** Colour of the inner side of an open surface; the outer one's when absent. */
  back?: Vec3;
  emissive?: Vec3;
  /** Fuzzy brightening towards grazing angles, as on cloth. */
  sheen?: Vec3;
  roughness?: number;
  metalness?: number;
  clearcoat?: number;
  map?: WebGLTexture;
  repeat?: readonly [number, number];
  /** Height of the map's alpha in world units. */
  bump?: number;
  /** True for painted light: colour goes out as it is. */
  unlit?: boolean;
  /** False keeps the solid from throwing shadows. */
  shadow?: boolean;
}

export interface Item {
  mesh: Mesh;
  material: Material;
  matrix: DOMMatrix;
}

/** A blurred light source, drawn as a bokeh disc of `radius` (fraction of half the picture's height). */
export interface Glow {
  at: Vec3;
  color: Vec3;
  radius: number;
  softness: number;
}

export interface Camera {
  eye: Vec3;
  target: Vec3;
  /** Vertical field of view, radians. */
  fov: number;
  /** Lens radius in world units; zero keeps everything sharp. */
  aperture: number;
  /** Distance in focus; to `target` when absent. */
  focus?: number;
  /** Moves the picture on the film, fractions of half the height (positive lifts the target). */
  shift?: number;
}

export interface Lighting {
  key: { direction: Vec3; color: Vec3; size: number };
  sky: Vec3;
  floor: Vec3;
  rims: readonly [{ direction: Vec3; color: Vec3 }, { direction: Vec3; color: Vec3 }];
  point?: { at: Vec3; color: Vec3 };
  environment: { top: Vec3; horizon: Vec3; ground: Vec3 };
  exposure: number;
  shadowsTint: Vec3;
  highlightsTint: Vec3;
  vignette: number;
}

export interface Scene {
  items: readonly Item[];
  glows: readonly Glow[];
  camera: Camera;
  lighting: Lighting;
  /** Everything that throws shadows lies within `radius` of `centre`. */
  bounds: { centre: Vec3; radius: number };
}
