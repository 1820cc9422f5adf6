import { signal } from '@preact/signals'
import type { ChangeBatch, SyncEntity } from '../../../../client/index.ts'
import { colorOf } from '../../shell/theme.ts'
import { applyBatch, type Body, bodyOf, boundsOf } from './bodies.ts'
import { type ColorMode, type LegendItem, lookNow, paletteOf, tintOf } from './colors.ts'
import { between, type Orbit, orbitAround, pan, turn, type Up, zoom } from './orbit.ts'
import { createScene, type SpaceScene } from './scene.ts'

/** What the last second of drawing cost. */
export interface FrameFigures {
  /** Drawn in the last second; nothing is drawn while nothing moves. */
  framesPerSecond: number
  /** The processor's time of a frame, median; what the graphics card then does is not in it. */
  cpuMs: number
}

const flightMs = 650
/** Bodies of ticks that come so seldom jump at the end, instead of crawling. */
const longestMoveMs = 1_000

/** A scene that is drawn when something has changed, with a camera that flies. */
export type Stage = ReturnType<typeof createStage>

export const createStage = (canvas: HTMLCanvasElement) => {
  const scene: SpaceScene = createScene(canvas)
  const count = signal(0)
  const legend = signal<LegendItem[]>([])
  const figures = signal<FrameFigures>({ framesPerSecond: 0, cpuMs: 0 })
  const up = signal<Up>(localStorage.getItem('orrery.up') === 'z' ? 'z' : 'y')
  scene.up = up.value
  let mode: ColorMode = 'class'
  let flight: { from: Orbit; to: Orbit; start: number } | undefined
  let movesUntil = 0
  let lastTickAt: number | undefined
  let frame = 0
  let isFitted = false
  let toldAt = 0
  let times: { at: number; ms: number }[] = []
  const wantsCalm = matchMedia('(prefers-reduced-motion: reduce)').matches

  const invalidate = () => {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }
  const draw = () => {
    frame = 0
    const now = performance.now()
    if (flight !== undefined) {
      const part = Math.min(1, (now - flight.start) / flightMs)
      scene.orbit = between(flight.from, flight.to, part)
      if (part === 1) flight = undefined
    }
    scene.render(now)
    measure(now)
    if (flight !== undefined || now < movesUntil) invalidate()
  }
  const measure = (startedAt: number) => {
    const at = performance.now()
    times.push({ at, ms: at - startedAt })
    times = times.filter((time) => time.at > at - 1_000)
    const sorted = times.map(({ ms }) => ms).sort((a, b) => a - b)
    if (at - toldAt < 250) return
    toldAt = at
    figures.value = { framesPerSecond: times.length, cpuMs: sorted[sorted.length >> 1]! }
  }
  let matches: ReadonlySet<string> | undefined
  const repaint = () => {
    const palette = paletteOf(mode, scene.bodies)
    const dim = tintOf(colorOf('--dim'))
    const tint = palette.tint
    const isMatch = (row: number) => matches?.has(scene.bodies.body(row).id) ?? true
    legend.value = palette.legend
    scene.paint((row) => (isMatch(row) ? tint(row) : dim))
    count.value = scene.bodies.count
    invalidate()
  }
  const fly = (to: Orbit) => {
    if (wantsCalm) scene.orbit = to
    else flight = { from: scene.orbit, to, start: performance.now() }
    invalidate()
  }
  const stage = {
    ...{ scene, count, legend, figures, up, invalidate, fly },
    /** Takes other bodies in the place of all; the first ones are looked at as a whole. */
    show(bodies: Iterable<Body>) {
      scene.bodies.replace(bodies)
      if (!isFitted) stage.fit(true)
      repaint()
    },
    /** What the client says has changed. */
    apply(batch: ChangeBatch, entity: (id: string) => SyncEntity | undefined) {
      const now = performance.now()
      if (batch.ticks > 0) {
        const sinceMs = now - (lastTickAt ?? now - 100)
        lastTickAt = now
        scene.moveMs = Math.min(longestMoveMs, Math.max(30, 0.7 * scene.moveMs + 0.3 * sinceMs))
        movesUntil = now + scene.moveMs
      }
      applyBatch(scene.bodies, batch, entity, { now, moveMs: scene.moveMs })
      // a move changes no colour
      if (batch.created.length + batch.removed.length > 0 || batch.ticks === 0) repaint()
      if (!isFitted) stage.fit(true)
      invalidate()
    },
    color(next: ColorMode) {
      mode = next
      repaint()
    },
    /** Those of a query keep their colours, the others are dimmed; undefined: all are as they are. */
    match(ids: ReadonlySet<string> | undefined) {
      matches = ids
      repaint()
    },
    restyle() {
      scene.setLook(lookNow())
      repaint()
    },
    /** Looks at everything. */
    fit(isJump = false) {
      const bounds = boundsOf(scene.bodies)
      if (bounds === null) return
      const orbit = { ...orbitAround(bounds.min, bounds.max) }
      if (!isJump) return fly(orbit)
      isFitted = true
      scene.bodies.origin = orbit.target
      scene.radius = radiusFor(orbit.distance, scene.bodies.count)
      scene.orbit = orbit
    },
    flyTo(position: readonly [number, number, number], distance = scene.radius * 40) {
      fly({ ...scene.orbit, target: position, distance: Math.min(distance, scene.orbit.distance) })
    },
    /** Another axis is up. */
    turnUp() {
      up.value = scene.up = scene.up === 'y' ? 'z' : 'y'
      localStorage.setItem('orrery.up', up.value)
      invalidate()
    },
    choose(id: string | undefined) {
      scene.choose(id)
      invalidate()
    },
    turn: (right: number, down: number) => stage.move(turn(scene.orbit, -right, -down)),
    zoom: (factor: number) => stage.move(zoom(scene.orbit, factor)),
    pan: (right: number, up: number) => stage.move(pan(scene.orbit, right, up, scene.up)),
    move(orbit: Orbit) {
      flight = undefined
      scene.orbit = orbit
      invalidate()
    },
    resize(width: number, height: number) {
      scene.resize(width, height)
      invalidate()
    },
    dispose() {
      cancelAnimationFrame(frame)
      frame = -1
      scene.dispose()
    },
  }
  stage.restyle()
  return stage
}

/** So that bodies are to be told apart when all of them are seen. */
const radiusFor = (distance: number, count: number): number =>
  (distance * 0.035) / Math.cbrt(Math.max(8, count))

export const bodiesOf = (entities: readonly SyncEntity[]): Iterable<Body> => entities.map(bodyOf)
