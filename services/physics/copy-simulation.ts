import { restoreIds } from '#platform/arrays/id-table'
import { cutAll } from './cut.ts'
import { restoreGamma } from './gamma.ts'
import { cutCells } from './gamma-cells.ts'
import { cutHierarchy, restoreHierarchy } from './hierarchy.ts'
import { createSimulation, type Simulation } from './simulation.ts'

/** A state of its own that goes on bit by bit as the first would; without its working memory. */
export const copySimulation = (simulation: Simulation): Simulation => {
  const { worldId, tenantId, tick, seq, settings, bodies, hierarchy, gamma } = simulation
  const { ids, ...cut } = cutAll(bodies)
  const copy = createSimulation(
    { worldId, tenantId, tick, seq, settings },
    {
      ...{ ...cut, ids: restoreIds(cut.count, ids), active: bodies.active },
      movedTick: bodies.movedTick.slice(0, cut.count),
    },
  )
  return Object.assign(copy, {
    hierarchy: restoreHierarchy(cutHierarchy(hierarchy)),
    gamma: gamma && restoreGamma(gamma, cutCells(gamma)),
    removed: new Set(simulation.removed),
    firstRowsHold: simulation.firstRowsHold,
    hasDirty: simulation.hasDirty,
  })
}
