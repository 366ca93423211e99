/** Hair, beard and the flowers in the hair. */
import * as body from './host-body.ts';
import { mix, smoothstep, TAU } from './math.ts';
import { ellipsoid, type Geometry, merge, surface } from './mesh.ts';
import type { HostName } from './wardrobe.ts';

/** Hair on the head; Meera's with a bun. */
export function hair(name: HostName): Geometry {
  if (name === 'sahil') {
    const shell = body.hairShell(
      (lon) =>
        mix(0.62, -0.32, smoothstep(0.75, 1.5, Math.abs(lon))) - 0.25 * smoothstep(1.9, 2.6, Math.abs(lon)),
      (lon, lat) =>
        0.05 +
        0.1 * smoothstep(0.4, 1.2, lat) +
        0.035 * Math.sin(lon * 9 + lat * 7) * smoothstep(0.5, 1, lat),
    );
    const quiff = Array.from({ length: 9 }, (_, i) => ({
      geometry: ellipsoid([0.055, 0.036, 0.075], 1, 12, 9),
      matrix: new DOMMatrix()
        .translate(
          -0.094 + i * 0.0235,
          0.188 + 0.03 * Math.sin((i / 8) * Math.PI) + 0.007 * Math.sin(i * 2.1),
          0.075 - 0.03 * Math.abs(i / 4 - 1),
        )
        .rotate(-28, 0, 24 - i * 6),
    }));
    return merge([{ geometry: shell, matrix: new DOMMatrix() }, ...quiff]);
  }
  const shell = body.hairShell(
    (lon) =>
      mix(0.78, -0.25, smoothstep(0.25, 1.35, Math.abs(lon))) - 0.4 * smoothstep(1.6, 2.4, Math.abs(lon)),
    (lon, lat) =>
      0.05 +
      0.05 * smoothstep(0.2, 1, Math.abs(lon)) * Math.cos(lat) -
      0.035 * Math.exp(-((lon / 0.07) ** 2)),
  );
  return merge([
    { geometry: shell, matrix: new DOMMatrix() },
    { geometry: ellipsoid([0.1, 0.095, 0.08]), matrix: new DOMMatrix().translate(0.05, 0.07, -0.22) },
  ]);
}

/** Jasmine strung around the bun. */
export function jasmine(): Geometry {
  const bud = ellipsoid([0.016, 0.016, 0.016], 1, 7, 5);
  return merge(
    Array.from({ length: 30 }, (_, i) => {
      const a = (i / 30) * TAU;
      const r = 0.103 + (i % 2) * 0.014;
      return {
        geometry: bud,
        matrix: new DOMMatrix().translate(
          0.06 + r * Math.cos(a),
          0.075 + r * Math.sin(a),
          -0.185 + (i % 3) * 0.012,
        ),
      };
    }),
  );
}

/** A short beard along the jaw. */
export function beard(): Geometry {
  return surface(
    (u, v) => {
      const lon = mix(-1.5, 1.5, u);
      const rise = mix(-0.5, 0.05, smoothstep(0.55, 1.5, Math.abs(lon)));
      const lat = mix(-Math.PI / 2, rise, v);
      const edge = smoothstep(0, 0.1, 1 - v) * smoothstep(0, 0.06, u) * smoothstep(0, 0.06, 1 - u);
      return body.headPoint(lon, lat, mix(0.985, 1.022, edge));
    },
    48,
    20,
  );
}
