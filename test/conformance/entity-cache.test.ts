import { inProcessCache } from '#world/cache/adapters/in-process'
import { createAgeClock } from '#world/cache/clock'
import { describeEntityCache } from './entity-cache-suite.ts'

describeEntityCache('in process', async () =>
  inProcessCache({ maxBytes: 8 * 1024 * 1024, maxEntities: 1_000, now: createAgeClock() }),
)
