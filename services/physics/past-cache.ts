import type { Simulation } from './simulation.ts'
import { simulationBytes } from './simulation.ts'

/** A state at the end of a tick of the log, and its hash. Not to be changed: others read it too. */
export interface PastState {
  simulation: Simulation
  stateHash: string
}

/** The past states that were asked about last, up to so many bytes, but always the last one. */
export interface PastCache {
  get(worldId: string, tick: number): PastState | undefined
  put(state: PastState): void
  /**
   * The newest state of the world up to `tick`. `isOwn` where it was taken out, because two of its size have no room:
   * it may then be changed.
   */
  before(worldId: string, tick: number): { simulation: Simulation; take(): { isOwn: boolean } } | undefined
}

export const createPastCache = (limitBytes: number): PastCache => {
  // by use, the latest last
  const states = new Map<string, PastState & { bytes: number }>()
  const keyOf = (worldId: string, tick: number): string => `${worldId} ${tick}`
  const held = (): number => [...states.values()].reduce((sum, { bytes }) => sum + bytes, 0)

  const put: PastCache['put'] = ({ simulation, stateHash }) => {
    const { worldId, tick } = simulation
    states.delete(keyOf(worldId, tick))
    states.set(keyOf(worldId, tick), { simulation, stateHash, bytes: simulationBytes(simulation) })
    for (const key of states.keys()) {
      if (held() <= limitBytes || states.size === 1) break
      states.delete(key)
    }
  }

  return {
    put,
    get: (worldId, tick) => {
      const state = states.get(keyOf(worldId, tick))
      if (state !== undefined) put(state)
      return state
    },
    before: (worldId, tick) => {
      const [best] = [...states.values()]
        .filter(({ simulation }) => simulation.worldId === worldId && simulation.tick <= tick)
        .sort((a, b) => b.simulation.tick - a.simulation.tick)
      return (
        best && {
          simulation: best.simulation,
          take: () => {
            const isOwn = 2 * best.bytes > limitBytes
            if (isOwn) states.delete(keyOf(worldId, best.simulation.tick))
            return { isOwn }
          },
        }
      )
    },
  }
}
