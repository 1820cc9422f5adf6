import { nameRegion, regionAt } from '#octree/region'
import { everything, regionAbove } from './place.ts'
import type { CellSize, LayerSettings, LedgerSettings } from './settings.ts'

/** The size of a layer's shards: never below that of its cells. */
const shardCellOf = ({ cell }: Pick<LayerSettings, 'cell'>, shardCell: number): CellSize =>
  cell === everything ? everything : Math.max(cell, shardCell)

/** The shard of a layer that takes what a shard of the layer below committed. */
export const shardAbove = (shard: string, layer: LayerSettings, settings: LedgerSettings): string => {
  const cell = shardCellOf(layer, settings.shardCell)
  if (cell === everything || shard === everything) return everything
  // shards may have been larger once
  return regionAbove(shard, Math.max(cell, Number(shard.slice(0, shard.indexOf(':')))))
}

export interface Positions {
  x: ArrayLike<number>
  y: ArrayLike<number>
  z: ArrayLike<number>
}

/**
 * The bodies of one tick by their shard of the first layer. A shard with more than `hotShardBodies` of them is split into
 * the eight of half its side, and so on down to the layer's cells: which shard a body goes to depends on the bodies
 * of its tick alone.
 */
export const splitByShard = (
  positions: Positions,
  bodies: ArrayLike<number>,
  layer: LayerSettings,
  { shardCell, hotShardBodies }: LedgerSettings,
): Map<string, number[]> => {
  const cell = shardCellOf(layer, shardCell)
  const shards = new Map<string, number[]>()
  const split = (some: ArrayLike<number>, exponent: number): void => {
    for (const [shard, members] of gather(positions, some, exponent)) {
      if (members.length > hotShardBodies && exponent > Math.max(finestShard, layer.cell as number))
        split(members, exponent - 1)
      else shards.set(shard, members)
    }
  }
  if (cell === everything) shards.set(everything, Array.from(bodies))
  else split(bodies, cell)
  return shards
}

const finestShard = 0

const gather = (
  { x, y, z }: Positions,
  bodies: ArrayLike<number>,
  exponent: number,
): Map<string, number[]> => {
  const shards = new Map<string, number[]>()
  let last: { name: string; x: number; y: number; z: number; members: number[] } | undefined
  for (let at = 0; at < bodies.length; at++) {
    const body = bodies[at]!
    const region = regionAt(x[body]!, y[body]!, z[body]!, exponent)
    if (last === undefined || last.x !== region.x || last.y !== region.y || last.z !== region.z) {
      const name = nameRegion(region)
      let members = shards.get(name)
      if (members === undefined) shards.set(name, (members = []))
      last = { name, x: region.x, y: region.y, z: region.z, members }
    }
    last.members.push(body)
  }
  return shards
}
