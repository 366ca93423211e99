/** From linear light to the finished picture: bloom, film curve, tints and vignette. */
import { bindTexture, colorTarget, drawQuad, type Gl, type Program, program, type Target } from './gl.ts';
import type { Lighting } from './scene.ts';
import * as glsl from './shaders.ts';

export class Darkroom {
  private readonly gl: Gl;
  private readonly blur: Program;
  private readonly grade: Program;
  private readonly bloom: readonly [Target, Target];

  constructor(gl: Gl, width: number, height: number) {
    this.gl = gl;
    this.blur = program(gl, glsl.QUAD_VERTEX, glsl.BLUR_FRAGMENT);
    this.grade = program(gl, glsl.QUAD_VERTEX, glsl.GRADE_FRAGMENT);
    const quarter = () => colorTarget(gl, Math.ceil(width / 4), Math.ceil(height / 4), false);
    this.bloom = [quarter(), quarter()];
  }

  /** Draws `source` (linear light) into the canvas. */
  develop(source: WebGLTexture, lighting: Lighting): void {
    const { gl } = this;
    const [a, b] = this.bloom;
    gl.disable(gl.DEPTH_TEST);
    gl.viewport(0, 0, a.width, a.height);
    const spread = 1.6;
    const passes: readonly [Target, WebGLTexture, number, number, number][] = [
      [a, source, spread / a.width, 0, 1.0],
      [b, a.texture, 0, spread / a.height, 0],
      [a, b.texture, (spread * 2.5) / a.width, 0, 0],
      [b, a.texture, 0, (spread * 2.5) / a.height, 0],
    ];
    this.blur.use();
    for (const [target, picture, x, y, threshold] of passes) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer);
      gl.uniform2f(this.blur.at('step'), x, y);
      gl.uniform1f(this.blur.at('threshold'), threshold);
      drawQuad(gl, this.blur.at('source'), picture);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    const g = this.grade;
    g.use();
    gl.uniform1f(g.at('exposure'), lighting.exposure);
    gl.uniform1f(g.at('vignette'), lighting.vignette);
    gl.uniform3f(g.at('shadowsTint'), ...lighting.shadowsTint);
    gl.uniform3f(g.at('highlightsTint'), ...lighting.highlightsTint);
    bindTexture(gl, g.at('bloom'), b.texture, 1);
    drawQuad(gl, g.at('source'), source);
    gl.flush();
  }
}
