/** The studio: table, turntable, garlands, lights and small things around the product. */
import { paintBackdrop, type SetName } from './backdrop.ts';
import { polyline, rgb, TAU } from './math.ts';
import { lathe, roundedBox, surface } from './mesh.ts';
import type { Renderer } from './renderer.ts';
import type { Glow, Item, Lighting, Material } from './scene.ts';
import { DIYAS, flicker, lights } from './set-lights.ts';
import { garland, petals, plateInlay, printedCloth, skirt, woodGrain } from './set-props.ts';
import { LIGHTING, PALETTE } from './set-style.ts';

/** Height of the turntable's plate above the table top (y = 0). */
export const PLATE = 0.075;

export interface StudioSet {
  lighting: Lighting;
  items(time: number, turn: number, blurred: boolean): Item[];
  glows(time: number, scale: number): Glow[];
}

export function buildSet(renderer: Renderer, name: SetName): StudioSet {
  const colors = PALETTE[name];
  const cloth = renderer.texture(printedCloth(colors));
  const grain = renderer.texture(woodGrain());
  const inlay = renderer.texture(plateInlay());
  const wood: Material = {
    color: rgb(colors.wood),
    map: grain,
    repeat: [1, 3],
    roughness: 0.38,
    clearcoat: 0.5,
    shadow: false,
  };
  const brass: Material = { color: rgb('#dca548'), metalness: 1, roughness: 0.24 };
  const edge = polyline([0.001, 0, 0.98, 0, 1, -0.015, 1.005, -0.045, 0.99, -0.075, 0.9, -0.08]);
  const top = renderer.mesh(
    surface(
      (u, v) => {
        const [r, y] = edge(v);
        return [1.55 * r * Math.cos(u * TAU), y, -1.02 * r * Math.sin(u * TAU) - 0.1];
      },
      96,
      20,
    ),
  );
  const plate = renderer.mesh(
    lathe([0.66, 0.022, 0.66, 0.06, 0.645, PLATE, 0.6, PLATE, 0.3, PLATE, 0.001, PLATE], 96, 3),
  );
  const rim = renderer.mesh(lathe([0.6, 0, 0.68, 0.0, 0.69, 0.02, 0.672, 0.045, 0.662, 0.055], 96, 4));
  const skirtMesh = renderer.mesh(skirt());
  const strings = [11, 12, 13, 14].map((seed, i) =>
    ([0, 1] as const).map((parity) => renderer.mesh(garland(seed, i % 3 ? 14 : 20, parity))),
  );
  const fallen = [renderer.mesh(petals(3)), renderer.mesh(petals(8))];
  const diya = renderer.mesh(
    lathe([0.001, 0, 0.06, 0, 0.1, 0.045, 0.108, 0.06, 0.095, 0.058, 0.06, 0.035, 0.001, 0.03], 32, 4),
  );
  const flame = renderer.mesh(
    lathe([0.001, -0.01, 0.02, 0.008, 0.024, 0.03, 0.015, 0.06, 0.001, 0.1], 14, 4),
  );
  const box = renderer.mesh(roundedBox([0.44, 0.17, 0.3], 0.012));
  const lid = renderer.mesh(roundedBox([0.46, 0.06, 0.32], 0.012));
  const wall = renderer.mesh(surface((u, v) => [(u - 0.5) * 6.6, (v - 0.5) * 6.6 + 0.62, -3.2], 1, 1));
  const backdrops = [3, 16].map((blur) => renderer.texture(paintBackdrop(name, blur)));
  const identity = new DOMMatrix();
  return {
    lighting: LIGHTING[name],
    items(time, turn, blurred) {
      const turned = new DOMMatrix().rotate(0, turn, 0);
      const items: Item[] = [
        {
          mesh: plate,
          material: { color: rgb(colors.plate), map: inlay, repeat: [2, 1], roughness: 0.3, clearcoat: 0.4 },
          matrix: turned,
        },
        { mesh: rim, material: brass, matrix: identity },
        { mesh: top, material: wood, matrix: identity },
        {
          mesh: skirtMesh,
          material: { map: cloth, repeat: [1.4, -1], bump: 0.002, roughness: 0.85, shadow: false },
          matrix: identity,
        },
      ];
      fallen.forEach((mesh, i) => {
        items.push({
          mesh,
          material: { color: rgb(colors.petals[i] ?? '#f90'), roughness: 0.8, shadow: false },
          matrix: new DOMMatrix().rotate(0, i * 37, 0),
        });
      });
      strings.forEach((pair, i) => {
        const side = i % 2 ? 1 : -1;
        const inner = i > 1;
        const sway = 1.6 * Math.sin((time / 4) * TAU + i * 1.7);
        const matrix = new DOMMatrix()
          .translate(side * (inner ? 0.86 : 1.08), 2.2, -1.35 + (inner ? 0 : 0.15))
          .rotate(0, 0, sway);
        pair.forEach((mesh, parity) => {
          const color = rgb(colors.petals[parity] ?? '#f90');
          items.push({
            mesh,
            material: { color, roughness: 0.75, sheen: rgb('#4a2204'), shadow: false },
            matrix,
          });
        });
      });
      DIYAS.forEach((at, i) => {
        items.push(
          {
            mesh: diya,
            material: { color: rgb('#b5562f'), roughness: 0.6 },
            matrix: new DOMMatrix().translate(...at),
          },
          {
            mesh: flame,
            material: { unlit: true, color: [4.6, 2.0, 0.45] },
            matrix: new DOMMatrix()
              .translate(at[0], 0.05, at[2])
              .rotate(5 * Math.sin(time * TAU + i), 0, 5 * Math.sin(time * TAU * 0.75 + i * 2))
              .scale(1, flicker(time, i), 1),
          },
        );
      });
      if (name === 'loft' && !blurred) {
        const stack: readonly (readonly [number, number, number, string])[] = [
          [0.98, 0, -0.42, '#e6a032'],
          [0.96, 0.2, -0.44, '#2b8a8f'],
          [1.0, 0.4, -0.42, '#d4533f'],
        ];
        stack.forEach(([x, y, z, fill], i) => {
          const matrix = new DOMMatrix().translate(x, y, z).rotate(0, -22 + i * 9, 0);
          items.push(
            {
              mesh: box,
              material: { color: rgb(fill), roughness: 0.75 },
              matrix: matrix.translate(0, 0.085, 0),
            },
            {
              mesh: lid,
              material: { color: rgb('#efe4cd'), roughness: 0.75 },
              matrix: matrix.translate(0, 0.165, 0),
            },
          );
        });
      }
      items.push({
        mesh: wall,
        material: { map: backdrops[blurred ? 1 : 0], unlit: true, color: [0.66, 0.64, 0.66] },
        matrix: identity,
      });
      return items;
    },
    glows: (time, size) => lights(colors.bulbs, time, size),
  };
}
