import type { Position } from './facts.ts'
import { boundsOf, type Shape } from './filter.ts'
import type { Moves } from './frame.ts'

/** Moves in a grid over all of them, with about one body in a cell. */
interface Grid {
  entries: [string, Position][]
  /** Entries in order of their cells, and where the entries of each cell begin. */
  order: Uint32Array
  starts: Uint32Array
  /** Cells of an axis. */
  cells: number
  low: [number, number, number]
  /** Cells of a unit; 0 where all are in one plane. */
  scale: [number, number, number]
}

/** Fewer are looked through as fast. */
const worthwhile = 64
const mostCells = 64

const grids = new WeakMap<Moves, Grid>()

/** Of these moves all that lead into the shape, and some about it. The grid is made once for all streams that are told of them. */
export function* movesNear(moves: Moves, shape: Shape): Iterable<[string, Position]> {
  if (moves.size < worthwhile) {
    yield* moves
    return
  }
  let grid = grids.get(moves)
  if (grid === undefined) grids.set(moves, (grid = gridOf(moves)))
  const { min, max } = boundsOf(shape)
  const { entries, order, starts, cells } = grid
  const [x0, y0, z0] = cellOf(grid, min)
  const [x1, y1, z1] = cellOf(grid, max)
  for (let z = z0; z <= z1; z++)
    for (let y = y0; y <= y1; y++) {
      // cells of a row lie one after the other
      const row = (z * cells + y) * cells
      for (let at = starts[row + x0]!; at < starts[row + x1 + 1]!; at++) yield entries[order[at]!]!
    }
}

const gridOf = (moves: Moves): Grid => {
  const entries = [...moves]
  const low: Grid['low'] = [Infinity, Infinity, Infinity]
  const high: Grid['low'] = [-Infinity, -Infinity, -Infinity]
  for (const [, position] of entries)
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis]!, position[axis]!)
      high[axis] = Math.max(high[axis]!, position[axis]!)
    }
  const cells = Math.min(mostCells, Math.ceil(Math.cbrt(entries.length)))
  const scale = low.map((from, axis) =>
    high[axis]! > from ? cells / (high[axis]! - from) : 0,
  ) as Grid['low']
  const grid = { entries, cells, low, scale }
  const numbers = new Uint32Array(entries.length)
  const starts = new Uint32Array(cells ** 3 + 1)
  for (const [at, [, position]] of entries.entries()) {
    const [x, y, z] = cellOf(grid, position)
    numbers[at] = (z * cells + y) * cells + x
    starts[numbers[at]! + 1]!++
  }
  for (let cell = 0; cell < cells ** 3; cell++) starts[cell + 1]! += starts[cell]!
  const next = starts.slice()
  const order = new Uint32Array(entries.length)
  for (let at = 0; at < entries.length; at++) order[next[numbers[at]!]!++] = at
  return { ...grid, order, starts }
}

/** What lies outside of the grid is of the cell at its edge: monotonic, so that a box never misses what is in it. */
const cellOf = (
  { cells, low, scale }: Pick<Grid, 'cells' | 'low' | 'scale'>,
  position: Position,
): Grid['low'] => [
  clamp((position[0] - low[0]) * scale[0], cells),
  clamp((position[1] - low[1]) * scale[1], cells),
  clamp((position[2] - low[2]) * scale[2], cells),
]

const clamp = (value: number, cells: number): number => Math.max(0, Math.min(cells - 1, Math.floor(value)))
