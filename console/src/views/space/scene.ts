import {
  BoxGeometry,
  BufferGeometry,
  Color,
  DynamicDrawUsage,
  Float32BufferAttribute,
  InstancedMesh,
  LineBasicMaterial,
  LineSegments,
  Matrix4,
  MeshBasicMaterial,
  PerspectiveCamera,
  Scene,
  Vector4,
  WebGLRenderer,
} from 'three'
import { type BodyStore, createBodyStore } from './bodies.ts'
import { createImpostors, type Impostors } from './impostors.ts'
import { eyeOf, type Orbit, type Up } from './orbit.ts'

/** A cube of the grid and how much is in it. */
export interface Cell {
  min: readonly [number, number, number]
  side: number
  /** 0 to 1. */
  heat: number
}

/** 0 to 255 each. */
export type Tint = readonly [number, number, number]

export interface Look {
  background: string
  line: string
  accent: string
  heat: { low: Tint; high: Tint }
}

/** What is drawn on a canvas. Nothing is drawn until `render` is called; positions are in world units. */
export interface SpaceScene {
  readonly bodies: BodyStore
  orbit: Orbit
  up: Up
  /** How long a body is on its way from one tick to the next. */
  moveMs: number
  /** Radius of a body, in units. */
  radius: number
  setLook(look: Look): void
  /** How each body is coloured; asked again for those that change. */
  paint(tintOf: (row: number) => Tint): void
  choose(id: string | undefined): void
  /** Pairs of ends. */
  setLines(ends: readonly (readonly number[])[]): void
  setCells(cells: readonly Cell[]): void
  setGamma(cells: readonly Cell[]): void
  /** Balls that stand for bodies which are not here. */
  setFar(cells: readonly (Cell & { count: number })[]): void
  resize(width: number, height: number): void
  render(now: number): void
  /** The body nearest to the eye within some pixels of a point of the canvas; undefined: none. */
  pick(x: number, y: number, now: number): string | undefined
  /** Bodies within a rectangle of the canvas. */
  pickAll(rectangle: { x0: number; y0: number; x1: number; y1: number }, now: number): string[]
  dispose(): void
}

const pickPixels = 9

/** @throws Error where the browser has no WebGL 2 */
export const createScene = (canvas: HTMLCanvasElement): SpaceScene => {
  const renderer = new WebGLRenderer({ canvas, antialias: true, powerPreference: 'high-performance' })
  const scene = new Scene()
  const camera = new PerspectiveCamera(50, 1, 0.1, 1e6)
  const bodies = createBodyStore()
  const balls = createImpostors()
  const far = createImpostors(0.5)
  const farStore = createBodyStore()
  const lines = lineSegments()
  const cells = lineSegments()
  let gamma: InstancedMesh | undefined
  let look: Look | undefined
  let chosen: string | undefined
  let tintOf: (row: number) => Tint = () => [128, 160, 255]
  let shown = { version: -1, isRepainted: true }
  let colors = new Uint8Array(0)
  let sizes = new Float32Array(0)
  let size = { width: 1, height: 1 }
  scene.add(balls.mesh, far.mesh, lines, cells)

  /** Colours alone where they have changed: a tick that moves bodies changes none of 100,000. */
  const upload = () => {
    if (shown.version === bodies.version && !shown.isRepainted) return
    const capacity = bodies.start.length
    const isRecoloured = shown.isRepainted || colors.length !== 4 * capacity
    if (colors.length !== 4 * capacity) {
      colors = new Uint8Array(4 * capacity)
      sizes = new Float32Array(capacity).fill(1)
    }
    for (let row = 0; isRecoloured && row < bodies.count; row++) {
      const [red, green, blue] = tintOf(row)
      colors[4 * row] = red
      colors[4 * row + 1] = green
      colors[4 * row + 2] = blue
    }
    const { from, to, start } = bodies
    balls.update(bodies.count, { from, to, start, colors, sizes }, isRecoloured)
    shown = { version: bodies.version, isRepainted: false }
  }
  const aim = () => {
    const { orbit, up } = self
    const relative = eyeOf(orbit, up).map((value, axis) => value - bodies.origin[axis]!)
    camera.up.set(0, up === 'y' ? 1 : 0, up === 'z' ? 1 : 0)
    camera.position.set(relative[0]!, relative[1]!, relative[2]!)
    const target = orbit.target.map((value, axis) => value - bodies.origin[axis]!)
    camera.lookAt(target[0]!, target[1]!, target[2]!)
    camera.near = orbit.distance / 1_000
    camera.far = orbit.distance * 1_000
    camera.aspect = size.width / size.height
    camera.updateProjectionMatrix()
    camera.updateMatrixWorld()
  }
  const prepare = (impostors: Impostors, now: number) => {
    const { uniforms } = impostors.mesh.material
    uniforms.now!.value = now
    uniforms.moveMs!.value = self.moveMs
    uniforms.radius!.value = self.radius
    uniforms.pixelAt1!.value = (2 * Math.tan((camera.fov * Math.PI) / 360)) / size.height
  }
  const project = (now: number) => {
    aim()
    const matrix = new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse)
    const point = new Vector4()
    return (row: number) => {
      const [x, y, z] = bodies.drawnAt(row, now, self.moveMs)
      const { origin } = bodies
      point.set(x - origin[0], y - origin[1], z - origin[2], 1).applyMatrix4(matrix)
      const { w } = point
      return {
        x: ((point.x / w + 1) / 2) * size.width,
        y: ((1 - point.y / w) / 2) * size.height,
        depth: w,
        /** Pixels that its radius takes. */
        radius: ((self.radius / w) * size.height) / (2 * Math.tan((camera.fov * Math.PI) / 360)),
      }
    }
  }
  const self: SpaceScene = {
    bodies,
    orbit: { target: [0, 0, 0], distance: 10, azimuth: 0.6, polar: 1.1 },
    up: 'y',
    moveMs: 100,
    radius: 1,
    setLook(next) {
      look = next
      renderer.setClearColor(new Color(next.background))
      ;(lines.material as LineBasicMaterial).color.set(next.accent)
      const { r, g, b } = new Color(next.accent)
      balls.mesh.material.uniforms.ring!.value = [r, g, b].map((value) => value ** (1 / 2.2))
      shown.isRepainted = true
    },
    paint(next) {
      tintOf = next
      shown.isRepainted = true
    },
    choose(id) {
      chosen = id
    },
    setLines(ends) {
      const points = ends.flatMap((end) => end.map((value, axis) => value - bodies.origin[axis % 3]!))
      setSegments(lines, points)
    },
    setCells(list) {
      const points: number[] = []
      const tints: number[] = []
      for (const cell of list) {
        points.push(...edgesOf(cell, bodies.origin))
        const tint = heatColor(look!, cell.heat)
        for (let end = 0; end < 24; end++) tints.push(tint.r, tint.g, tint.b)
      }
      setSegments(cells, points, tints)
    },
    setGamma(list) {
      if (gamma !== undefined) dispose(gamma)
      gamma = list.length === 0 ? undefined : cubes(list, bodies.origin, look!)
      if (gamma !== undefined) scene.add(gamma)
    },
    setFar(list) {
      farStore.origin = bodies.origin
      farStore.replace(list.map(bodyOfFar))
      const tints = new Uint8Array(4 * farStore.start.length)
      const scales = new Float32Array(farStore.start.length)
      for (const [row, { side, count, heat }] of list.entries()) {
        const { r, g, b } = heatColor(look!, heat)
        tints.set(
          [r, g, b].map((value) => Math.round(255 * value ** (1 / 2.2))),
          4 * row,
        )
        scales[row] = Math.min(side / 2, (side / 8) * Math.cbrt(count)) / self.radius
      }
      far.update(list.length, {
        ...{ from: farStore.from, to: farStore.to, start: farStore.start },
        ...{ colors: tints, sizes: scales },
      })
    },
    resize(width, height) {
      size = { width: Math.max(1, width), height: Math.max(1, height) }
      renderer.setPixelRatio(Math.min(2, devicePixelRatio))
      renderer.setSize(size.width, size.height, false)
    },
    render(now) {
      upload()
      aim()
      prepare(balls, now)
      prepare(far, now)
      const row = chosen === undefined ? undefined : bodies.rowOf(chosen)
      balls.mesh.material.uniforms.chosen!.value = row ?? -1
      renderer.render(scene, camera)
    },
    pick(x, y, now) {
      const at = project(now)
      let best: { depth: number; row: number } | undefined
      for (let row = 0; row < bodies.count; row++) {
        const seen = at(row)
        if (seen.depth <= 0 || Math.hypot(seen.x - x, seen.y - y) > Math.max(pickPixels, seen.radius))
          continue
        if (best === undefined || seen.depth < best.depth) best = { depth: seen.depth, row }
      }
      return best && bodies.body(best.row).id
    },
    pickAll({ x0, y0, x1, y1 }, now) {
      const at = project(now)
      const ids: string[] = []
      for (let row = 0; row < bodies.count; row++) {
        const { x, y, depth } = at(row)
        if (depth > 0 && x >= x0 && x <= x1 && y >= y0 && y <= y1) ids.push(bodies.body(row).id)
      }
      return ids
    },
    dispose() {
      balls.dispose()
      far.dispose()
      for (const one of [lines, cells, ...(gamma ? [gamma] : [])]) dispose(one)
      renderer.dispose()
    },
  }
  return self
}

const lineSegments = (): LineSegments => {
  const made = new LineSegments(
    new BufferGeometry(),
    new LineBasicMaterial({ transparent: true, opacity: 0.75 }),
  )
  made.frustumCulled = false
  return made
}

const setSegments = (lines: LineSegments, points: readonly number[], tints?: readonly number[]): void => {
  lines.geometry.dispose()
  lines.geometry = new BufferGeometry()
  lines.geometry.setAttribute('position', new Float32BufferAttribute(points, 3))
  if (tints === undefined) return
  lines.geometry.setAttribute('color', new Float32BufferAttribute(tints, 3))
  ;(lines.material as LineBasicMaterial).vertexColors = true
}

type Origin = readonly [number, number, number]

/** The twelve edges of a cell, two ends each. */
const edgesOf = ({ min, side }: Cell, origin: Origin): number[] => {
  const corner = (bits: number) =>
    [0, 1, 2].map((axis) => min[axis]! - origin[axis]! + ((bits >> axis) & 1) * side)
  const points: number[] = []
  for (let bits = 0; bits < 8; bits++)
    for (let axis = 0; axis < 3; axis++)
      if (((bits >> axis) & 1) === 0) points.push(...corner(bits), ...corner(bits | (1 << axis)))
  return points
}

const cubes = (list: readonly Cell[], origin: Origin, look: Look): InstancedMesh => {
  const material = new MeshBasicMaterial({ transparent: true, opacity: 0.22, depthWrite: false })
  const mesh = new InstancedMesh(new BoxGeometry(1, 1, 1), material, list.length)
  mesh.instanceMatrix.setUsage(DynamicDrawUsage)
  mesh.frustumCulled = false
  const matrix = new Matrix4()
  for (const [index, { min, side, heat }] of list.entries()) {
    const at = (axis: 0 | 1 | 2) => min[axis] - origin[axis] + side / 2
    matrix.makeScale(side, side, side).setPosition(at(0), at(1), at(2))
    mesh.setMatrixAt(index, matrix)
    mesh.setColorAt(index, heatColor(look, heat))
  }
  return mesh
}

const heatColor = ({ heat: { low, high } }: Look, heat: number): Color => {
  const on = (axis: 0 | 1 | 2) => (low[axis] + (high[axis] - low[axis]) * heat) / 255
  return new Color().setRGB(on(0), on(1), on(2), 'srgb')
}

const bodyOfFar = ({ min, side }: Cell, index: number) => ({
  ...{ id: String(index), classType: '' },
  position: [min[0] + side / 2, min[1] + side / 2, min[2] + side / 2] as const,
})

const dispose = (object: InstancedMesh | LineSegments): void => {
  object.removeFromParent()
  object.geometry.dispose()
  ;(object.material as LineBasicMaterial).dispose()
  if (object instanceof InstancedMesh) object.dispose()
}
