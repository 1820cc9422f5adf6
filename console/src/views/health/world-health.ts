import type { components } from '../../../../client/api-types.ts'
import { api } from '../../api.ts'

export type WorldHealth = components['schemas']['WorldHealth']
export type Listener = WorldHealth['relay'][number]
/** What the holder says of its ticks; undefined: nobody holds the world, or it does not answer now. */
export type Simulation = components['schemas']['Physics'] & { tickMs?: number; ticksPerSecond?: number }

/** Health, and of a world that is held how long its ticks take. Asking for that of another would wake the physics. */
export const askHealth = async (world: string, signal: AbortSignal) => {
  const path = { world }
  const health = await api().get('/worlds/{world}/health', { path, signal })
  const physics = health.physics.held
    ? await api()
        .get('/worlds/{world}/physics', { path, signal })
        .catch(() => undefined)
    : undefined
  return { health, physics: physics as Simulation | undefined }
}
