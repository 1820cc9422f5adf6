import { v7 as uuidv7 } from 'uuid'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { createPool } from '#platform/postgres/pool'
import { runWorld } from '#retention/run'
import { retentionSettings } from '#retention/settings'

// Archives the history of one world, for retention.test.ts: says `ready`, then `done`.
const [databaseUrl, objectsDir, worldId] = process.argv.slice(2) as [string, string, string]
const pool = createPool({ connectionString: databaseUrl, applicationName: 'faults-retention', max: 2 })
const objects = filesystemObjectStore(objectsDir)
const now = () => new Date(Date.now() + 3_600_000)
const settings = retentionSettings.parse({ history: { hotDays: 0, archive: true } })

process.on('disconnect', () => process.exit())
process.send!('ready')
await runWorld({ pool, objects, now, newId: uuidv7 }, { worldId, tenantId: 'local' }, settings)
process.send!('done', () => process.exit())
