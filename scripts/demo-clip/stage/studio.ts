/** The studio: both sets, both hosts and all products, and the scene at any moment of the programme. */
import type { SetName } from './backdrop.ts';
import { cameraAt, turnAt } from './camera-work.ts';
import { buildHost, type Host } from './host.ts';
import { smoothstep, type Vec3 } from './math.ts';
import { buildCap } from './products/cap.ts';
import { buildHighTop } from './products/hightop.ts';
import { buildLamp } from './products/lamp.ts';
import type { BuildProduct, Product } from './products/product.ts';
import { buildRunner } from './products/runner.ts';
import { buildSaree } from './products/saree.ts';
import { buildScarf } from './products/scarf.ts';
import { CHAPTERS, CLOSE_FROM, type ProductKey } from './programme.ts';
import { Renderer } from './renderer.ts';
import type { Scene } from './scene.ts';
import { buildSet, PLATE, type StudioSet } from './set.ts';
import type { HostName } from './wardrobe.ts';

const BUILD: Record<ProductKey, BuildProduct> = {
  runner: buildRunner,
  hightop: buildHighTop,
  cap: buildCap,
  saree: buildSaree,
  stole: buildScarf,
  lamp: buildLamp,
};

/** A studio of one picture size, its parts built when first seen. */
export class Studio {
  readonly renderer: Renderer;
  private readonly sets = new Map<SetName, StudioSet>();
  private readonly hosts = new Map<HostName, Host>();
  private readonly products = new Map<ProductKey, Product>();

  constructor(width: number, height: number) {
    this.renderer = new Renderer(width, height);
  }

  set(name: SetName): StudioSet {
    return once(this.sets, name, () => buildSet(this.renderer, name));
  }

  host(name: HostName): Host {
    return once(this.hosts, name, () => buildHost(this.renderer, name));
  }

  product(key: ProductKey): Product {
    return once(this.products, key, () => BUILD[key](this.renderer));
  }

  /** The scene of chapter `index` at `time` seconds into it. */
  scene(index: number, time: number): Scene {
    const chapter = CHAPTERS[index % CHAPTERS.length];
    if (!chapter) throw new Error(`There is no chapter ${index}`);
    const wide = time < CLOSE_FROM;
    const looksDown = 0.6 * smoothstep(2.2, 2.7, time);
    const studio = this.set(chapter.set);
    const product = this.product(chapter.key);
    const turn = turnAt(chapter, time);
    const size = chapter.scale;
    const place = new DOMMatrix().translate(0, PLATE, 0).rotate(0, turn, 0).scale(size, size, size);
    const flames = (product.flames ?? []).map((at): Vec3 => {
      const p = place.transformPoint({ x: at[0], y: at[1] + 0.045, z: at[2], w: 1 });
      return [p.x, p.y, p.z];
    });
    const glows = studio.glows(time, wide ? 1 : 2.1);
    for (const at of flames)
      glows.push({ at, color: [0.42, 0.2, 0.06], radius: wide ? 0.09 : 0.16, softness: 1 });
    return {
      // From front to back, so that what is hidden is not shaded.
      items: [
        ...product.items(time, place),
        ...(wide ? this.host(chapter.host).items(time, chapter.gestures, looksDown, chapter.stand) : []),
        ...studio.items(time, turn, !wide),
      ],
      glows,
      camera: cameraAt(chapter, time),
      lighting: {
        ...studio.lighting,
        ...(flames.length
          ? { point: { at: [0, 0.82, 0.12] as const, color: [1.1, 0.5, 0.16] as const } }
          : {}),
      },
      bounds: wide ? { centre: [0, 0.55, -0.4], radius: 1.45 } : { centre: [0, 0.5, 0], radius: 0.98 },
    };
  }
}

function once<K, V>(known: Map<K, V>, key: K, build: () => V): V {
  const value = known.get(key) ?? build();
  known.set(key, value);
  return value;
}
