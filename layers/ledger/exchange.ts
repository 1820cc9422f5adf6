import type { Command } from '#world/commands'
import type { CommitPlugin } from './plugins.ts'
import { readWarmBodies } from './postgres/read-warm-bodies.ts'
import { exchangeHeat } from './thermal.ts'
import { layerOf } from './windows.ts'

/** A world with more active bodies exchanges nothing: each of them could be an event, at each window. */
const maxBodies = 1_000_000

/**
 * Thermal exchange: at each window of the first layer, regions that share a face exchange activity, as
 * `ledger.thermalDiffusion` and `ledger.thermalConserves` say. For worlds whose ticks the physics makes.
 */
export const thermalExchange: CommitPlugin = {
  name: 'thermal-exchange',
  afterWindow: async ({ pool, settings, log }, { worldId, layer }) => {
    const { thermalDiffusion: diffusion, thermalConserves: conserves, producer } = settings
    const cell = layerOf(settings, layer)?.cell ?? '*'
    if (diffusion === 0 || producer !== 'physics' || cell === '*') return []
    const bodies = await readWarmBodies(pool, worldId, maxBodies)
    if (bodies === undefined) {
      log(`world ${worldId} has more than ${maxBodies} active bodies, which exchange no activity`, {
        world: worldId,
      })
      return []
    }
    const commands: Command[] = []
    for (const [body, quanta] of exchangeHeat(bodies, { cell, diffusion, conserves }).entries())
      if (quanta !== 0) commands.push({ kind: 'add-activity', entityId: bodies.ids[body]!, quanta })
    return commands
  },
}
