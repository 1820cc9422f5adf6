import { useEffect, useRef, useState } from 'preact/hooks'
import type { Box } from '../../../../client/index.ts'
import { useAsk } from '../../use-ask.ts'
import { boxAbout, type CountedCell, exponentFor, fullestBox, readCells } from './cells.ts'
import { follow, holdLimits, type Live, planOf } from './live.ts'
import { bodiesOf, type Stage } from './stage.ts'

interface Wish {
  world: string
  /** Undefined: not known yet. */
  entityCount: number | undefined
  needsFields: boolean
  /** The past is shown: what comes is kept by the client and drawn later. */
  isAway: boolean
}

/** How long a camera must rest before another part of a large world is asked for. */
const restMs = 600

/** Draws a world as it is now: whole, or where it is too large the box that is looked at, and cells outside of it. */
export const useLive = (stage: Stage | undefined, { world, entityCount, needsFields, isAway }: Wish) => {
  const [live, setLive] = useState<Live>()
  const [box, setBox] = useState<Box>()
  const away = useRef(isAway)
  away.current = isAway
  const plan = entityCount === undefined ? undefined : planOf(entityCount, needsFields)
  const cells = useAsk(
    async () => (plan === undefined || plan.isWhole ? undefined : readExtentCells(world)),
    [world, plan?.isWhole],
  )
  useEffect(() => {
    if (stage === undefined || plan === undefined || (!plan.isWhole && cells.data === undefined)) return
    const first = plan.isWhole ? undefined : fullestBox(cells.data!.cells, holdLimits[plan.cast] * 0.6)
    const made = follow(world, plan, first, first && cells.data!.exponent)
    const { sync } = made
    const end = sync.onChange((batch) => {
      if (away.current) return
      if (batch.isReset) stage.show(bodiesOf(sync.entities()))
      else stage.apply(batch, sync.entity)
    })
    sync.start()
    setBox(first)
    setLive(made)
    return () => {
      end()
      made.close()
      setLive(undefined)
    }
  }, [stage, world, plan?.cast, plan?.isWhole, cells.data])
  useEffect(() => {
    if (!isAway && live !== undefined && live.sync.size > 0) stage?.show(bodiesOf(live.sync.entities()))
  }, [isAway])
  useEffect(() => {
    if (stage === undefined || live === undefined || box === undefined || plan === undefined) return
    const look = () => {
      const { target } = stage.scene.orbit
      if (isWellInside(box, target)) return
      const next = boxAbout(cells.data!.cells, target, holdLimits[plan.cast] * 0.6)
      live.sync.refilter({ box: next })
      setBox(next)
    }
    const timer = setInterval(look, restMs)
    return () => clearInterval(timer)
  }, [stage, live, box])
  return { live, box, error: cells.error }
}

/** Cells that cover all of a world, some thousand of them at most. */
const readExtentCells = async (world: string): Promise<{ exponent: number; cells: CountedCell[] }> => {
  const coarse = await readCells(world, 40)
  const bounds = coarse.flatMap(({ bounds: { min, max } }) => [min, max])
  const extents = [0, 1, 2].map((axis) => {
    const values = bounds.map((corner) => corner[axis]!)
    return Math.max(...values) - Math.min(...values)
  })
  const exponent = exponentFor(Math.max(...extents))
  return { exponent, cells: await readCells(world, exponent) }
}

/** Nearer to the middle of the box than to its sides. */
const isWellInside = (box: Box, target: readonly number[]): boolean =>
  [0, 1, 2].every((axis) => {
    const half = (box[axis + 3]! - box[axis]!) / 2
    return Math.abs(target[axis]! - (box[axis]! + half)) < half / 2
  })
