/** What a product on the turntable is: solids that a clock may move. */
import type { Renderer } from '../renderer.ts';
import type { Item } from '../scene.ts';

export interface Product {
  /** The solids at `time` (seconds), standing on the plane y = 0 around the origin, moved by `place`. */
  items(time: number, place: DOMMatrix): Item[];
  /** Flames or the like: a warm point of light above the origin, world units. */
  flames?: readonly (readonly [number, number, number])[];
}

export type BuildProduct = (renderer: Renderer) => Product;
