import {
  DynamicDrawUsage,
  Float32BufferAttribute,
  GLSL3,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  ShaderMaterial,
} from 'three'

/**
 * Many spheres as one draw call: each instance is a square that faces the eye and is shaded as a ball, two triangles
 * where a mesh of a ball has 80. Where each is at a moment is worked out on the card, so that a frame in which nothing
 * came costs the processor nothing, however many move.
 */
export interface Impostors {
  mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>
  /** Takes other arrays, or what is in them now; `withLook`: colours and sizes too. */
  update(count: number, arrays: ImpostorArrays, withLook?: boolean): void
  dispose(): void
}

export interface ImpostorArrays {
  from: Float32Array
  to: Float32Array
  start: Float32Array
  /** Stride 4: red, green, blue of 255, and one that is not used. */
  colors: Uint8Array
  /** Times the radius of all. */
  sizes: Float32Array
}

const vertexShader = `
  in vec3 from;
  in vec3 to;
  in float start;
  in vec4 tint;
  in float size;
  uniform float now;
  uniform float moveMs;
  uniform float radius;
  uniform float leastPixels;
  uniform float pixelAt1;
  uniform int chosen;
  out vec2 place;
  out vec3 shade;
  flat out int isChosen;
  void main() {
    float part = clamp((now - start) / max(moveMs, 1.0), 0.0, 1.0);
    vec4 seen = modelViewMatrix * vec4(mix(from, to, part), 1.0);
    isChosen = gl_InstanceID == chosen ? 1 : 0;
    float least = leastPixels * pixelAt1 * -seen.z * (isChosen == 1 ? 4.0 : 1.0);
    seen.xy += position.xy * max(radius * size * (isChosen == 1 ? 1.6 : 1.0), least);
    place = position.xy;
    shade = tint.rgb;
    gl_Position = projectionMatrix * seen;
  }`

const fragmentShader = `
  in vec2 place;
  in vec3 shade;
  flat in int isChosen;
  uniform float opacity;
  uniform vec3 ring;
  out vec4 color;
  void main() {
    float far = dot(place, place);
    if (far > 1.0) discard;
    float facing = sqrt(1.0 - far);
    color = vec4(shade * (0.55 + 0.45 * facing), opacity);
    if (isChosen == 1 && far > 0.55) color = vec4(ring, 1.0);
  }`

export const createImpostors = (opacity = 1): Impostors => {
  const material = new ShaderMaterial({
    ...{ vertexShader, fragmentShader, glslVersion: GLSL3 },
    ...{ transparent: opacity < 1, depthWrite: opacity === 1 },
    uniforms: {
      ...{ now: { value: 0 }, moveMs: { value: 1 }, radius: { value: 1 }, leastPixels: { value: 1.6 } },
      ...{ pixelAt1: { value: 0.001 }, chosen: { value: -1 }, opacity: { value: opacity } },
      ring: { value: [1, 1, 1] },
    },
  })
  const mesh = new Mesh(emptyGeometry(), material)
  // its bounds are those of one square at the middle
  mesh.frustumCulled = false
  let shown: ImpostorArrays | undefined
  return {
    mesh,
    update(count, arrays, withLook = true) {
      if (shown === undefined || Object.keys(arrays).some((name) => isOther(shown!, arrays, name))) {
        mesh.geometry.dispose()
        mesh.geometry = geometryOf(arrays)
        shown = { ...arrays }
      }
      mesh.geometry.instanceCount = count
      for (const [name, attribute] of Object.entries(mesh.geometry.attributes)) {
        if (!(attribute instanceof InstancedBufferAttribute)) continue
        if (!withLook && (name === 'tint' || name === 'size')) continue
        attribute.clearUpdateRanges()
        attribute.addUpdateRange(0, count * attribute.itemSize)
        attribute.needsUpdate = true
      }
    },
    dispose() {
      mesh.geometry.dispose()
      material.dispose()
    },
  }
}

const isOther = (a: ImpostorArrays, b: ImpostorArrays, name: string): boolean =>
  a[name as keyof ImpostorArrays] !== b[name as keyof ImpostorArrays]

const emptyGeometry = (): InstancedBufferGeometry => {
  const geometry = new InstancedBufferGeometry()
  geometry.setAttribute('position', new Float32BufferAttribute([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0], 3))
  geometry.setIndex([0, 1, 2, 0, 2, 3])
  geometry.instanceCount = 0
  return geometry
}

const geometryOf = ({ from, to, start, colors, sizes }: ImpostorArrays): InstancedBufferGeometry => {
  const geometry = emptyGeometry()
  const add = (name: string, array: Float32Array | Uint8Array, stride: number, isNormalized = false) => {
    const attribute = new InstancedBufferAttribute(array, stride, isNormalized)
    attribute.setUsage(DynamicDrawUsage)
    geometry.setAttribute(name, attribute)
  }
  add('from', from, 3)
  add('to', to, 3)
  add('start', start, 1)
  add('tint', colors, 4, true)
  add('size', sizes, 1)
  return geometry
}
