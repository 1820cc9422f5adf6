import { describe } from 'vitest'
import { describeClient } from './client.ts'
import { describeOutage } from './outage.ts'
import { describePhysics } from './physics.ts'
import type { Target } from './target.ts'
import { describeTenants } from './tenants.ts'

/** What a client sees, whatever the system runs on. The database's outage comes last. */
export const endToEndSuite = (name: string, target: () => Target): void => {
  describe(name, () => {
    describeClient(target)
    describePhysics(target)
    describeTenants(target)
    describeOutage(target)
  })
}
