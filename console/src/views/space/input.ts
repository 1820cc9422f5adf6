import type { Stage } from './stage.ts'

export interface Rectangle {
  x0: number
  y0: number
  x1: number
  y1: number
}

export interface InputListener {
  /** A drag draws a rectangle, without the shift key too. */
  isBoxing: boolean
  pick(id: string | undefined): void
  /** While it is drawn; undefined: it no longer is. */
  rectangle(drawn: Rectangle | undefined): void
  box(ids: string[]): void
}

const clickPixels = 4
const turnPerPixel = 0.006
const keyTurn = 0.12

/** Mouse, fingers and keys on a canvas; answers a function that ends it. */
export const attachInput = (
  canvas: HTMLCanvasElement,
  stage: Stage,
  listener: () => InputListener,
): (() => void) => {
  const abort = new AbortController()
  const { signal } = abort
  const pointers = new Map<number, { x: number; y: number }>()
  let drag: { x: number; y: number; isBox: boolean; isPan: boolean; isFar: boolean } | undefined
  const placeOf = (event: PointerEvent | WheelEvent) => ({ x: event.offsetX, y: event.offsetY })

  const down = (event: PointerEvent) => {
    canvas.setPointerCapture(event.pointerId)
    canvas.focus({ preventScroll: true })
    pointers.set(event.pointerId, placeOf(event))
    const isBox = event.button === 0 && (event.shiftKey || listener().isBoxing)
    const isPan = event.button !== 0 || event.ctrlKey || event.metaKey
    drag = { ...placeOf(event), isBox, isPan, isFar: pointers.size > 1 }
  }
  const move = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId)
    if (before === undefined || drag === undefined) return
    const at = placeOf(event)
    if (pointers.size === 2) return pinch(event.pointerId, at)
    pointers.set(event.pointerId, at)
    drag.isFar ||= Math.hypot(at.x - drag.x, at.y - drag.y) > clickPixels
    const [x, y] = [at.x - before.x, at.y - before.y]
    if (drag.isBox) listener().rectangle(rectangleOf(drag, at))
    else if (drag.isPan) stage.pan(-x / canvas.clientHeight, y / canvas.clientHeight)
    else stage.turn(x * turnPerPixel, y * turnPerPixel)
  }
  /** Two fingers: how far they are apart zooms, and what they do together moves. */
  const pinch = (id: number, at: { x: number; y: number }) => {
    const other = [...pointers].find(([key]) => key !== id)![1]
    const before = pointers.get(id)!
    const apart = (point: { x: number; y: number }) =>
      Math.max(8, Math.hypot(point.x - other.x, point.y - other.y))
    stage.zoom(apart(before) / apart(at))
    stage.pan(-(at.x - before.x) / 2 / canvas.clientHeight, (at.y - before.y) / 2 / canvas.clientHeight)
    pointers.set(id, at)
  }
  const up = (event: PointerEvent) => {
    const ended = drag
    pointers.delete(event.pointerId)
    if (pointers.size > 0 || ended === undefined) return
    drag = undefined
    const at = placeOf(event)
    if (ended.isBox) listener().rectangle(undefined)
    if (event.type === 'pointercancel') return
    const now = performance.now()
    if (!ended.isFar) listener().pick(stage.scene.pick(at.x, at.y, now))
    else if (ended.isBox) listener().box(stage.scene.pickAll(rectangleOf(ended, at), now))
  }
  const wheel = (event: WheelEvent) => {
    event.preventDefault()
    stage.zoom(1.0015 ** Math.max(-400, Math.min(400, event.deltaY)))
  }
  const key = (event: KeyboardEvent) => {
    const run = keyActions(event.shiftKey)[event.key]
    if (run === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    run(stage, canvas, listener())
  }
  canvas.addEventListener('pointerdown', down, { signal })
  canvas.addEventListener('pointermove', move, { signal })
  canvas.addEventListener('pointerup', up, { signal })
  canvas.addEventListener('pointercancel', up, { signal })
  canvas.addEventListener('wheel', wheel, { signal, passive: false })
  canvas.addEventListener('contextmenu', (event) => event.preventDefault(), { signal })
  canvas.addEventListener('keydown', key, { signal })
  return () => abort.abort()
}

const rectangleOf = (a: { x: number; y: number }, b: { x: number; y: number }): Rectangle => ({
  ...{ x0: Math.min(a.x, b.x), y0: Math.min(a.y, b.y) },
  ...{ x1: Math.max(a.x, b.x), y1: Math.max(a.y, b.y) },
})

type KeyAction = (stage: Stage, canvas: HTMLCanvasElement, listener: InputListener) => void

const keyActions = (isShift: boolean): Record<string, KeyAction> => {
  const lead = (right: number, up: number): KeyAction =>
    isShift
      ? (stage) => stage.pan(right * keyTurn, up * keyTurn)
      : (stage) => stage.turn(-right * keyTurn, up * keyTurn)
  return {
    ...{ ArrowLeft: lead(-1, 0), ArrowRight: lead(1, 0), ArrowUp: lead(0, 1), ArrowDown: lead(0, -1) },
    ...{ '+': (stage) => stage.zoom(0.8), '=': (stage) => stage.zoom(0.8), '-': (stage) => stage.zoom(1.25) },
    Home: (stage) => stage.fit(),
    Escape: (_, __, listener) => listener.pick(undefined),
    // what is in the middle
    Enter: (stage, { clientWidth, clientHeight }, listener) =>
      listener.pick(stage.scene.pick(clientWidth / 2, clientHeight / 2, performance.now())),
  }
}
