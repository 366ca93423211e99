/** A thin layer over WebGL 2: programs, render targets, meshes and textures. */
import { FLOATS_PER_VERTEX, type Geometry } from './mesh.ts';

export type Gl = WebGL2RenderingContext;

export interface Program {
  use(): void;
  /** Location of a uniform; null where the shader does not use it, which WebGL accepts. */
  at(name: string): WebGLUniformLocation | null;
}

export function program(gl: Gl, vertexSource: string, fragmentSource: string): Program {
  const handle = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertexSource],
    [gl.FRAGMENT_SHADER, fragmentSource],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error('The WebGL context is lost');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) {
      throw new Error(`Shader does not compile: ${gl.getShaderInfoLog(shader)}`);
    }
    gl.attachShader(handle, shader);
  }
  gl.linkProgram(handle);
  if (!gl.getProgramParameter(handle, gl.LINK_STATUS)) {
    throw new Error(`Program does not link: ${gl.getProgramInfoLog(handle)}`);
  }
  const locations = new Map<string, WebGLUniformLocation | null>();
  return {
    use: () => gl.useProgram(handle),
    at(name) {
      const known = locations.get(name);
      if (known !== undefined) return known;
      const location = gl.getUniformLocation(handle, name);
      locations.set(name, location);
      return location;
    },
  };
}

export interface Target {
  framebuffer: WebGLFramebuffer;
  texture: WebGLTexture;
  width: number;
  height: number;
}

/** An off-screen picture in half floats, with a depth buffer on demand. */
export function colorTarget(gl: Gl, width: number, height: number, withDepth: boolean, full = false): Target {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, full ? gl.RGBA32F : gl.RGBA16F, width, height);
  clampEdges(gl, gl.LINEAR);
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  if (withDepth) {
    const depth = gl.createRenderbuffer();
    gl.bindRenderbuffer(gl.RENDERBUFFER, depth);
    gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT24, width, height);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, depth);
  }
  return { framebuffer, texture, width, height };
}

/** A depth map that a shader reads with hardware comparison. */
export function shadowTarget(gl: Gl, size: number): Target {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.DEPTH_COMPONENT24, size, size);
  clampEdges(gl, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_COMPARE_MODE, gl.COMPARE_REF_TO_TEXTURE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_COMPARE_FUNC, gl.LEQUAL);
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.TEXTURE_2D, texture, 0);
  return { framebuffer, texture, width: size, height: size };
}

function clampEdges(gl: Gl, filter: number): void {
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
}

/** A mip-mapped, repeating texture; alpha carries height for bump mapping. */
export function texture(gl: Gl, source: ImageData): WebGLTexture {
  const handle = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, handle);
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, true);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, source);
  gl.generateMipmap(gl.TEXTURE_2D);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_NEAREST);
  return handle;
}

export interface Mesh {
  draw(): void;
  /** Replaces the geometry by another of the same topology. */
  update(geometry: Geometry): void;
}

export function mesh(gl: Gl, geometry: Geometry): Mesh {
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  const vertices = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, vertices);
  gl.bufferData(gl.ARRAY_BUFFER, geometry.vertices, gl.DYNAMIC_DRAW);
  const stride = FLOATS_PER_VERTEX * 4;
  for (const [location, size, offset] of [
    [0, 3, 0],
    [1, 3, 12],
    [2, 2, 24],
  ] as const) {
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, size, gl.FLOAT, false, stride, offset);
  }
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, geometry.indices, gl.STATIC_DRAW);
  gl.bindVertexArray(null);
  return {
    draw() {
      gl.bindVertexArray(array);
      gl.drawElements(gl.TRIANGLES, geometry.indices.length, gl.UNSIGNED_INT, 0);
    },
    update(next) {
      gl.bindBuffer(gl.ARRAY_BUFFER, vertices);
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, next.vertices);
    },
  };
}

export function bindTexture(
  gl: Gl,
  location: WebGLUniformLocation | null,
  handle: WebGLTexture | null,
  unit: number,
): void {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, handle);
  gl.uniform1i(location, unit);
}

/** Draws `source` over the whole target with the program in use. */
export function drawQuad(gl: Gl, location: WebGLUniformLocation | null, source: WebGLTexture): void {
  bindTexture(gl, location, source, 0);
  gl.bindVertexArray(null);
  gl.drawArrays(gl.TRIANGLES, 0, 3);
}
