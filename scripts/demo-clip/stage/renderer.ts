/**
 * Draws a scene as a film camera would: each picture is the mean of many passes, each pass with its own
 * sub-pixel offset, lens position, point of the key light's area and direction of the sky. The mean has
 * anti-aliasing, depth of field, soft shadows and ambient occlusion. The same input gives the same picture.
 */

import { Darkroom } from './darkroom.ts';
import {
  bindTexture,
  colorTarget,
  drawQuad,
  type Gl,
  type Mesh,
  mesh,
  type Program,
  program,
  shadowTarget,
  type Target,
  texture,
} from './gl.ts';
import { add, halton, normalize, scale, type Vec3 } from './math.ts';
import type { Geometry } from './mesh.ts';
import { basis, discPoint, domePoint, lookAt, orthographic, viewProjection } from './optics.ts';
import type { Item, Material, Scene } from './scene.ts';
import * as glsl from './shaders.ts';

const SHADOW_SIZE = 768;
const DOME_SIZE = 320;

export class Renderer {
  readonly canvas: OffscreenCanvas;
  readonly gl: Gl;
  private readonly surfaces = new Map<string, Program>();
  private readonly shadow;
  private readonly disc;
  private readonly copy;
  private readonly darkroom: Darkroom;
  private readonly sample: Target;
  private readonly sum: Target;
  private readonly keyMap: Target;
  private readonly domeMap: Target;

  constructor(width: number, height: number) {
    this.canvas = new OffscreenCanvas(width, height);
    const gl = this.canvas.getContext('webgl2', {
      alpha: false,
      antialias: false,
      preserveDrawingBuffer: true,
    });
    if (!gl) throw new Error('This browser has no WebGL 2');
    for (const name of ['EXT_color_buffer_float', 'EXT_float_blend', 'OES_texture_float_linear']) {
      if (!gl.getExtension(name)) throw new Error(`This browser lacks ${name}`);
    }
    this.gl = gl;
    this.shadow = program(gl, glsl.SHADOW_VERTEX, glsl.SHADOW_FRAGMENT);
    this.disc = program(gl, glsl.DISC_VERTEX, glsl.DISC_FRAGMENT);
    this.copy = program(gl, glsl.QUAD_VERTEX, glsl.COPY_FRAGMENT);
    this.darkroom = new Darkroom(gl, width, height);
    this.sample = colorTarget(gl, width, height, true);
    this.sum = colorTarget(gl, width, height, false, true);
    this.keyMap = shadowTarget(gl, SHADOW_SIZE);
    this.domeMap = shadowTarget(gl, DOME_SIZE);
  }

  mesh(geometry: Geometry): Mesh {
    return mesh(this.gl, geometry);
  }

  texture(source: ImageData): WebGLTexture {
    return texture(this.gl, source);
  }

  /** Draws the picture into `canvas`. */
  render(scene: Scene, passes: number): void {
    const { gl } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.sum.framebuffer);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    for (let pass = 0; pass < passes; pass++) {
      this.renderPass(scene, pass, passes);
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.sum.framebuffer);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE);
      this.copy.use();
      gl.uniform1f(this.copy.at('weight'), 1 / passes);
      gl.uniform1f(this.copy.at('limit'), 24);
      drawQuad(gl, this.copy.at('source'), this.sample.texture);
      gl.disable(gl.BLEND);
    }
    this.darkroom.develop(this.sum.texture, scene.lighting);
  }

  private renderPass(scene: Scene, pass: number, passes: number): void {
    const { gl } = this;
    const { lighting } = scene;
    const spot = discPoint((pass + 0.5) / passes, halton(pass, 2));
    const [keyRight, keyUp] = basis(lighting.key.direction);
    const key = normalize(
      add(
        lighting.key.direction,
        add(scale(keyRight, spot[0] * lighting.key.size), scale(keyUp, spot[1] * lighting.key.size)),
      ),
    );
    const dome = domePoint((pass + 0.5) / passes, halton(pass, 3));
    const keyLight = this.shadowMap(this.keyMap, scene, key);
    const domeLight = this.shadowMap(this.domeMap, scene, dome);
    const view = viewProjection(scene.camera, this.canvas.width, this.canvas.height, pass, passes);

    gl.bindFramebuffer(gl.FRAMEBUFFER, this.sample.framebuffer);
    gl.viewport(0, 0, this.sample.width, this.sample.height);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    const matrices = { viewProjection: view, keyLight, domeLight };
    const vectors: Record<string, Vec3> = {
      eye: scene.camera.eye,
      keyDirection: key,
      keyColor: lighting.key.color,
      domeDirection: dome,
      // Directions are spread evenly over the half sphere, whose mean of the cosine is one half.
      domeColor: scale(lighting.sky, 2),
      floorColor: lighting.floor,
      'rimDirection[0]': normalize(lighting.rims[0].direction),
      'rimDirection[1]': normalize(lighting.rims[1].direction),
      'rimColor[0]': lighting.rims[0].color,
      'rimColor[1]': lighting.rims[1].color,
      pointPosition: lighting.point?.at ?? [0, 0, 0],
      pointColor: lighting.point?.color ?? [0, 0, 0],
      envTop: lighting.environment.top,
      envHorizon: lighting.environment.horizon,
      envGround: lighting.environment.ground,
    };
    const ready = new Set<Program>();
    for (const item of scene.items) {
      const surface = this.surfaceFor(item.material, lighting.point !== undefined);
      surface.use();
      if (!ready.has(surface)) {
        ready.add(surface);
        for (const [name, value] of Object.entries(matrices)) {
          gl.uniformMatrix4fv(surface.at(name), false, value.toFloat32Array());
        }
        for (const [name, value] of Object.entries(vectors)) gl.uniform3f(surface.at(name), ...value);
        bindTexture(gl, surface.at('keyMap'), this.keyMap.texture, 1);
        bindTexture(gl, surface.at('domeMap'), this.domeMap.texture, 2);
      }
      this.drawItem(surface, item);
    }
    this.drawGlows(scene, view);
    gl.disable(gl.DEPTH_TEST);
  }

  private surfaceFor(material: Material, pointLight: boolean): Program {
    const features: glsl.Feature[] = [];
    if (material.map) features.push('TEXTURED');
    if (material.unlit) features.push('UNLIT');
    else {
      if (material.map && material.bump) features.push('BUMP');
      if (material.clearcoat) features.push('COAT');
      if (material.clearcoat || (material.roughness ?? 0.6) < 0.7) features.push('GLOSS');
      if (!material.clearcoat && (material.roughness ?? 0.6) >= 0.75) features.push('MATTE');
      if (pointLight) features.push('POINT');
    }
    const name = features.join();
    const known =
      this.surfaces.get(name) ?? program(this.gl, glsl.SURFACE_VERTEX, glsl.surfaceFragment(features));
    this.surfaces.set(name, known);
    return known;
  }

  private drawItem(s: Program, { mesh: solid, material, matrix }: Item): void {
    const { gl } = this;
    gl.uniformMatrix4fv(s.at('model'), false, matrix.toFloat32Array());
    gl.uniform3f(s.at('baseColor'), ...(material.color ?? [1, 1, 1]));
    gl.uniform3f(s.at('backColor'), ...(material.back ?? [-1, 0, 0]));
    gl.uniform3f(s.at('emissive'), ...(material.emissive ?? [0, 0, 0]));
    gl.uniform3f(s.at('sheen'), ...(material.sheen ?? [0, 0, 0]));
    gl.uniform1f(s.at('roughness'), material.roughness ?? 0.6);
    gl.uniform1f(s.at('metalness'), material.metalness ?? 0);
    gl.uniform1f(s.at('clearcoat'), material.clearcoat ?? 0);
    gl.uniform1f(s.at('bumpDepth'), material.bump ?? 0);
    gl.uniform2f(s.at('uvScale'), ...(material.repeat ?? ([1, 1] as const)));
    bindTexture(gl, s.at('albedoMap'), material.map ?? null, 0);
    solid.draw();
  }

  private drawGlows(scene: Scene, view: DOMMatrix): void {
    const { gl, disc } = this;
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE);
    gl.depthMask(false);
    disc.use();
    gl.uniformMatrix4fv(disc.at('viewProjection'), false, view.toFloat32Array());
    gl.uniform1f(disc.at('aspect'), this.canvas.width / this.canvas.height);
    gl.bindVertexArray(null);
    for (const glow of scene.glows) {
      gl.uniform3f(disc.at('centre'), ...glow.at);
      gl.uniform3f(disc.at('color'), ...glow.color);
      gl.uniform1f(disc.at('radius'), glow.radius);
      gl.uniform1f(disc.at('softness'), glow.softness);
      gl.uniform1f(disc.at('depthBias'), 0.0005);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    }
    gl.depthMask(true);
    gl.disable(gl.BLEND);
  }

  private shadowMap(target: Target, scene: Scene, direction: Vec3): DOMMatrix {
    const { gl, shadow } = this;
    const { centre, radius } = scene.bounds;
    const light = orthographic(radius).multiply(lookAt(add(centre, scale(direction, radius * 2)), centre));
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer);
    gl.viewport(0, 0, target.width, target.height);
    gl.clear(gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.POLYGON_OFFSET_FILL);
    gl.polygonOffset(1.5, 3);
    shadow.use();
    gl.uniformMatrix4fv(shadow.at('light'), false, light.toFloat32Array());
    for (const item of scene.items) {
      if (item.material.shadow === false || item.material.unlit) continue;
      gl.uniformMatrix4fv(shadow.at('model'), false, item.matrix.toFloat32Array());
      item.mesh.draw();
    }
    gl.disable(gl.POLYGON_OFFSET_FILL);
    return light;
  }
}
