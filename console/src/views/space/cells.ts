import type { Box } from '../../../../client/index.ts'
import { api } from '../../api.ts'
import { pagesOf } from '../../pages.ts'
import type { Cell } from './scene.ts'

export interface CountedCell extends Cell {
  region: string
  count: number
  /** Of the positions in it. */
  bounds: { min: readonly number[]; max: readonly number[] }
}

/** `e:x:y:z` as the cube that it names. */
export const cubeOf = (region: string): Pick<Cell, 'min' | 'side'> => {
  const [exponent, x, y, z] = region.split(':').map(Number) as [number, number, number, number]
  const side = 2 ** exponent
  return { min: [x * side, y * side, z * side], side }
}

/** The finest cells of which about a thousand cover an extent of so many units. */
export const exponentFor = (extentUnits: number): number =>
  Math.min(40, Math.max(-13, Math.ceil(Math.log2(Math.max(extentUnits, 1e-3) / 10))))

const mostCells = 2_000

/** Octree cells of side 2^exponent with what is in them; heat by their count, on a scale of factors. */
export const readCells = async (world: string, exponent: number): Promise<CountedCell[]> => {
  const read = (cursor: string | undefined) =>
    api().page('/worlds/{world}/regions', {
      ...{ path: { world }, query: { cell: String(exponent), limit: '1000', ...(cursor && { cursor }) } },
    })
  const regions = await pagesOf(read, ({ regions }) => regions, mostCells)
  const highest = Math.max(1, ...regions.map(({ count }) => count))
  return regions.map(({ region, count, bounds }) => ({
    ...{ ...cubeOf(region), region, count, bounds },
    heat: Math.log1p(count) / Math.log1p(highest),
  }))
}

export interface GammaCells {
  layer: string
  cells: (Cell & { region: string; totalWeight: number })[]
}

/** What the commits of a layer have made of each cell; heat by total weight, on a scale of factors. */
export const readGamma = async (world: string, layer: string): Promise<GammaCells> => {
  const read = (cursor: string | undefined) =>
    api().page('/gamma/current', {
      query: { world, layer: layer as 'atomic', limit: '1000', ...(cursor && { cursor }) },
    })
  const cells = await pagesOf(read, ({ cells }) => cells, mostCells)
  // everything has no place
  const placed = cells.filter(({ region }) => region !== '*')
  const highest = Math.max(...placed.map(({ totalWeight }) => totalWeight), 1e-12)
  return {
    layer,
    cells: placed.map(({ region, totalWeight }) => ({
      ...{ ...cubeOf(region), region, totalWeight },
      heat: Math.log1p(1e3 * Math.max(0, totalWeight / highest)) / Math.log1p(1e3),
    })),
  }
}

/** The box about the fullest cell with at most so many entities, by counts of cells; grown as far as that goes. */
export const fullestBox = (cells: readonly CountedCell[], most: number): Box => {
  const fullest = cells.reduce((best, cell) => (cell.count > best.count ? cell : best))
  const centre = fullest.min.map((low) => low + fullest.side / 2)
  return boxAbout(cells, centre, most)
}

export const boxAbout = (cells: readonly CountedCell[], centre: readonly number[], most: number): Box => {
  let half = cells[0]!.side / 2
  while (countWithin(cells, cubeAbout(centre, half * 2)) <= most && half < 2 ** 40) half *= 2
  while (countWithin(cells, cubeAbout(centre, half)) > most && half > 2 ** -13) half /= 2
  return cubeAbout(centre, half)
}

const cubeAbout = (centre: readonly number[], half: number): Box => {
  const low = (axis: number) => centre[axis]! - half
  return [low(0), low(1), low(2), low(0) + 2 * half, low(1) + 2 * half, low(2) + 2 * half]
}

/** By the share of each cell that the box covers. */
const countWithin = (cells: readonly CountedCell[], box: Box): number =>
  cells.reduce((sum, { min, side, count }) => {
    const shares = [0, 1, 2].map((axis) => {
      const shared = Math.min(min[axis]! + side, box[axis + 3]!) - Math.max(min[axis]!, box[axis]!)
      return Math.max(0, shared) / side
    })
    return sum + count * shares[0]! * shares[1]! * shares[2]!
  }, 0)
