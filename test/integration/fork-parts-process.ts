import { v7 as uuidv7 } from 'uuid'
import { createPool } from '#platform/postgres/pool'
import { type ForkRequest, forkWorld } from '#world/fork/fork'

// Makes the fork of fork-parts.test.ts that is killed.
const [connectionString, request] = process.argv.slice(2) as [string, string]
const open = (applicationName: string) =>
  createPool({ connectionString, applicationName, max: 1, pipeline: true })

await forkWorld(
  {
    pool: open('killed-fork'),
    help: { pool: open('killed-fork-help'), entitiesEach: 5 },
    doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
    ...{ archive: undefined, now: () => new Date(), newId: uuidv7 },
  },
  JSON.parse(request) as ForkRequest,
)
process.send!('made')
