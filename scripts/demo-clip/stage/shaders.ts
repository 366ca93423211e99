/** GLSL: the surface shader with its studio lights, the shadow pass, bokeh discs and the final grade. */

export const SHADOW_VERTEX = `#version 300 es
layout(location=0) in vec3 position;
uniform mat4 model, light;
void main() { gl_Position = light * model * vec4(position, 1.0); }`;

export const SHADOW_FRAGMENT = `#version 300 es
precision highp float;
void main() {}`;

export const SURFACE_VERTEX = `#version 300 es
layout(location=0) in vec3 position;
layout(location=1) in vec3 normal;
layout(location=2) in vec2 uv;
uniform mat4 model, viewProjection;
out vec3 vWorld, vNormal;
out vec2 vUv;
void main() {
  vec4 world = model * vec4(position, 1.0);
  vWorld = world.xyz;
  vNormal = mat3(model) * normal;
  vUv = uv;
  gl_Position = viewProjection * world;
}`;

/** What a surface needs of the shader; each combination is compiled by itself, for a CPU runs every branch. */
export type Feature = 'UNLIT' | 'TEXTURED' | 'BUMP' | 'COAT' | 'POINT' | 'GLOSS' | 'MATTE';

export const surfaceFragment = (features: readonly Feature[]): string => `#version 300 es
precision highp float;
${features.map((feature) => `#define ${feature}`).join('\n')}
precision highp sampler2DShadow;
in vec3 vWorld, vNormal;
in vec2 vUv;
out vec4 outColor;

uniform vec3 eye;
uniform vec3 baseColor, backColor, emissive, sheen;
uniform float roughness, metalness, bumpDepth, clearcoat;
uniform vec2 uvScale;
uniform sampler2D albedoMap;

uniform vec3 keyDirection, keyColor, domeDirection, domeColor, floorColor;
uniform vec3 rimDirection[2], rimColor[2];
uniform vec3 pointPosition, pointColor;
uniform vec3 envTop, envHorizon, envGround;
uniform mat4 keyLight, domeLight;
uniform sampler2DShadow keyMap, domeMap;

float visibility(sampler2DShadow map, mat4 light, vec3 world, float spread) {
  vec3 p = (light * vec4(world, 1.0)).xyz * 0.5 + 0.5;
  p = clamp(p, vec3(0.001), vec3(0.999));
  return 0.5 * (texture(map, p + vec3(spread, spread * 0.6, 0.0)) + texture(map, p - vec3(spread, spread * 0.6, 0.0)));
}

// A studio of softboxes in a warm room; rougher surfaces see them wider and weaker.
vec3 studio(vec3 d, float blur) {
  vec3 sky = mix(envHorizon, envTop, clamp(d.y * 1.1, 0.0, 1.0));
  vec3 room = mix(envGround, sky, smoothstep(-0.25 - blur, 0.25 + blur, d.y));
#ifndef GLOSS
  return room + vec3(0.5, 0.45, 0.4) * max(dot(d, vec3(-0.577, 0.577, 0.577)), 0.0);
#endif
  // Cosines to the centres of: the window left of the camera, the two rim lights, the lamp overhead.
  vec4 c = vec4(
    dot(d, vec3(-0.5774, 0.5774, 0.5774)), dot(d, vec3(0.8878, 0.3271, 0.3271)),
    dot(d, vec3(-0.6337, 0.2716, -0.7243)), dot(d, vec3(0.1503, 0.9820, 0.1003)));
  float wide = blur * 0.55 + 0.015;
  vec4 edge = vec4(0.943, 0.966, 0.955, 0.955);
  vec4 box = smoothstep(edge - wide, edge + wide * 0.6, c) / (1.0 + blur * 5.0);
  return room + box.x * vec3(5.2, 4.7, 4.1) + box.y * rimColor[0] * 1.1 + box.z * rimColor[1] * 1.1
    + box.w * vec3(2.4, 2.1, 1.8);
}

float ggx(float nh, float a) {
  float a2 = a * a;
  float d = nh * nh * (a2 - 1.0) + 1.0;
  return a2 / (3.14159 * d * d);
}
// Roughness and angle dependence of a reflection (a polynomial fit in place of a lookup table).
vec2 reflectance(float nv, float r) {
  vec4 c = r * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
  float t = min(c.x * c.x, exp2(-9.28 * nv)) * c.x + c.y;
  return vec2(-1.04, 1.04) * t + c.zw;
}

vec3 direct(vec3 n, vec3 v, vec3 l, vec3 diffuse, vec3 f0, float a) {
  float nl = max(dot(n, l), 0.0);
  vec3 h = normalize(l + v);
  float nv = max(dot(n, v), 0.05);
  float k = a * 0.5;
  float g = 1.0 / ((nl * (1.0 - k) + k) * (nv * (1.0 - k) + k) * 4.0);
  vec3 f = f0 + (1.0 - f0) * pow(1.0 - max(dot(v, h), 0.0), 5.0);
  return (diffuse / 3.14159 + f * min(ggx(max(dot(n, h), 0.0), max(a, 0.02)) * g, 12.0)) * nl;
}

void main() {
  vec3 albedo = baseColor;
#ifdef TEXTURED
  vec4 texel = texture(albedoMap, vUv * uvScale);
  // sRGB to linear light, by a polynomial.
  albedo *= texel.rgb * (texel.rgb * (texel.rgb * 0.3053 + 0.6822) + 0.0125);
#endif
#ifdef UNLIT
  outColor = vec4(albedo + emissive, 1.0);
#else
  vec3 v = normalize(eye - vWorld);
  vec3 n = normalize(vNormal);
  bool back = dot(n, v) < 0.0;
  if (back) { n = -n; if (backColor.r >= 0.0) albedo = backColor; }
#ifdef BUMP
  vec3 px = dFdx(vWorld), py = dFdy(vWorld);
  vec3 r1 = cross(py, n), r2 = cross(n, px);
  float det = dot(px, r1);
  vec3 grad = sign(det) * (dFdx(texel.a) * r1 + dFdy(texel.a) * r2) * bumpDepth;
  n = normalize(max(abs(det), 1e-9) * n - grad);
  n = normalize(n + v * max(0.04 - dot(n, v), 0.0));
#endif
  float nv = max(dot(n, v), 0.02);
  vec3 f0 = mix(vec3(0.04), albedo, metalness);
  vec3 diffuse = albedo * (1.0 - metalness);
  float a = roughness * roughness;

  float keyVisible = visibility(keyMap, keyLight, vWorld + n * 0.008, 0.0018);
#ifdef MATTE
  vec3 light = keyColor * keyVisible * diffuse * max(dot(n, keyDirection), 0.0) * 0.318;
#else
  vec3 light = keyColor * keyVisible * direct(n, v, keyDirection, diffuse, f0, a);
#endif

  float domeVisible = visibility(domeMap, domeLight, vWorld + n * 0.012, 0.004);
  light += domeColor * diffuse * max(dot(n, domeDirection), 0.0) * domeVisible;
  light += floorColor * diffuse * (0.5 - 0.5 * n.y);
  // The rims' reflections are softboxes of the studio; here only what they scatter.
  light += diffuse * (rimColor[0] * max(dot(n, rimDirection[0]), 0.0) + rimColor[1] * max(dot(n, rimDirection[1]), 0.0)) * 0.318;
#ifdef POINT
  vec3 toPoint = pointPosition - vWorld;
  light += pointColor * direct(n, v, normalize(toPoint), diffuse, f0, max(a, 0.08)) / (0.15 + dot(toPoint, toPoint));
#endif

  float ambientOcclusion = mix(0.45, 1.0, domeVisible);
#ifdef MATTE
  light += envHorizon * (0.012 + 0.03 * (1.0 - nv)) * ambientOcclusion;
#else
  vec2 env = reflectance(nv, roughness);
  light += studio(reflect(-v, n), roughness) * (f0 * env.x + env.y) * ambientOcclusion;
#endif
#ifdef COAT
  vec2 coat = reflectance(nv, 0.12);
  light += clearcoat * studio(reflect(-v, n), 0.12) * (0.04 * coat.x + coat.y) * ambientOcclusion;
#endif
  light += sheen * pow(1.0 - nv, 2.5) * (0.35 + 0.65 * domeVisible);
  outColor = vec4(light + emissive, 1.0);
#endif
}`;

export const QUAD_VERTEX = `#version 300 es
out vec2 vUv;
void main() {
  vec2 p = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
  vUv = p;
  gl_Position = vec4(p * 2.0 - 1.0, 0.0, 1.0);
}`;

export const DISC_VERTEX = `#version 300 es
uniform mat4 viewProjection;
uniform vec3 centre;
uniform float radius, aspect, depthBias;
out vec2 vCorner;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
  vCorner = corner;
  vec4 p = viewProjection * vec4(centre, 1.0);
  p.xy += corner * radius * vec2(1.0 / aspect, 1.0) * p.w;
  p.z -= depthBias * p.w;
  gl_Position = p;
}`;

export const DISC_FRAGMENT = `#version 300 es
precision highp float;
in vec2 vCorner;
uniform vec3 color;
uniform float softness;
out vec4 outColor;
void main() {
  float d = length(vCorner);
  float disc = 1.0 - smoothstep(1.0 - softness, 1.0, d);
  float ring = 1.0 + 0.5 * smoothstep(0.55, 0.92, d) * (1.0 - softness);
  outColor = vec4(color * disc * ring, 0.0);
}`;

export const COPY_FRAGMENT = `#version 300 es
precision highp float;
in vec2 vUv;
uniform sampler2D source;
uniform float weight, limit;
out vec4 outColor;
void main() { outColor = vec4(min(texture(source, vUv).rgb, vec3(limit)) * weight, 1.0); }`;

export const BLUR_FRAGMENT = `#version 300 es
precision highp float;
in vec2 vUv;
uniform sampler2D source;
uniform vec2 step;
uniform float threshold;
out vec4 outColor;
void main() {
  vec3 sum = vec3(0.0);
  float total = 0.0;
  for (int i = -7; i <= 7; i++) {
    float w = exp(-float(i * i) / 18.0);
    vec3 c = texture(source, vUv + step * float(i)).rgb;
    sum += max(c - threshold, 0.0) * w;
    total += w;
  }
  outColor = vec4(sum / total, 1.0);
}`;

export const GRADE_FRAGMENT = `#version 300 es
precision highp float;
in vec2 vUv;
uniform sampler2D source, bloom;
uniform float exposure, vignette;
uniform vec3 shadowsTint, highlightsTint;
out vec4 outColor;
vec3 filmic(vec3 x) { return clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0); }
void main() {
  vec3 c = texture(source, vUv).rgb + texture(bloom, vUv).rgb * 0.55;
  vec2 q = (vUv - vec2(0.5, 0.56)) * vec2(0.9, 1.0);
  c *= 1.0 - vignette * smoothstep(0.2, 0.75, length(q));
  c = filmic(c * exposure);
  float luma = dot(c, vec3(0.2126, 0.7152, 0.0722));
  c = mix(c * shadowsTint, c * highlightsTint, smoothstep(0.0, 0.75, luma));
  c = mix(vec3(luma), c, 1.08);
  outColor = vec4(pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2)), 1.0);
}`;
