import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSqlite } from '#ledger/stores/open-sqlite'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { createPool } from '#platform/postgres/pool'
import { type Stack, startStack } from '../../scripts/local/stack.ts'
import { until } from '../support/until.ts'

let dataDir: string
let stack: Stack
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-ledger-local-'))
  stack = await startStack({ dataDir, port: 0, log: () => {} })
})
afterAll(async () => {
  await stack?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const send = async (method: string, path: string, body: object): Promise<void> => {
  const response = await fetch(`${stack.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
}

const put = (id: string, position: number[], space = 'committed'): Promise<void> =>
  send('POST', '/eustress/ingest/entity', {
    space_name: space,
    entity: { id, position, parameters: { activity: 0.5, mass: 1 } },
  })

it('bodies that move become commits, in every layer of one window, and their events are on the bus', {
  timeout: 120_000,
}, async () => {
  await put('a', [0.5, 0.5, 0.5])
  await put('b', [3.5, 0.5, 0.5])
  await put('c', [-2.5, 0.5, 0.5])
  const pool = createPool({
    ...{ connectionString: stack.databaseUrl('orrery_background'), applicationName: 'test', max: 1 },
  })
  const relay = createPool({
    ...{ connectionString: stack.databaseUrl('orrery_relay'), applicationName: 'test', max: 1 },
  })
  try {
    const layers = async (): Promise<string[]> => {
      const { rows } = await pool.query<{ layer: string }>('SELECT DISTINCT layer FROM commits ORDER BY 1')
      return rows.map(({ layer }) => layer)
    }
    await until('a planetary commit', async () => (await layers()).includes('planetary'), 90_000)
    expect(await layers()).toEqual(expect.arrayContaining(['atomic', 'planetary']))
    const { rows } = await pool.query<{ entity: string }>(
      `SELECT DISTINCT p.entity_id AS entity FROM commit_entries e
       JOIN entity_pseudonyms p ON p.world_id = e.world_id AND p.pseudonym = ANY (e.entity_refs)
       WHERE e.layer = 'atomic' ORDER BY 1`,
    )
    expect(rows.map(({ entity }) => entity)).toEqual(['a', 'b', 'c'])
    const sent = `
      SELECT FROM world_events e JOIN relay_cursors c USING (world_id)
      WHERE e.type = 'commit.entries.v1' AND c.destination = 'bus' AND c.seq >= e.seq LIMIT 1`
    await until('its event is on the bus', async () => (await relay.query(sent)).rowCount === 1)
    const metrics = await (await fetch(`${stack.url}/metrics`)).text()
    expect(metrics).toMatch(/^orrery_ledger_ticks_total\{service="ledger"\} [1-9]/m)
    expect(metrics).toMatch(/^orrery_commit_ms_count\{.*layer="atomic".*\} [1-9]/m)
  } finally {
    await Promise.all([pool.end(), relay.end()])
  }
})

it('a layer that is to be in SQLite is copied to the file in the data directory', {
  timeout: 120_000,
}, async () => {
  await put('a', [0.5, 0.5, 0.5], 'copied')
  const atomic = { name: 'atomic', cell: 0, adapter: 'sqlite', commit: { windowTicks: 10 } }
  await send('PATCH', '/worlds/copied/settings', { ledger: { layers: [atomic] } })
  const pool = createPool({
    ...{ connectionString: stack.databaseUrl('orrery_background'), applicationName: 'test', max: 1 },
  })
  try {
    const { rows } = await pool.query(
      "SELECT world_id AS id, tenant_id AS tenant FROM worlds WHERE name = 'copied'",
    )
    const { id: worldId, tenant: tenantId } = rows[0]!
    const path = join(dataDir, 'ledger', 'ledger.sqlite')
    await until('the file', async () => existsSync(path), 60_000)
    const { store, close } = await openSqlite(path, filesystemObjectStore(join(dataDir, 'objects')))
    try {
      const copies = () =>
        store.queryCommitsByRegion({ tenantId, worldId, layer: 'atomic', region: '*', limit: 3 })
      await until('three commits in the copy', async () => (await copies()).length === 3, 60_000)
      const hashes = await pool.query<{ hash: string }>(
        `SELECT encode(hash, 'hex') AS hash FROM commits WHERE world_id = $1 AND layer = 'atomic' ORDER BY epoch_end LIMIT 3`,
        [worldId],
      )
      expect((await copies()).map(({ hash }) => hash)).toEqual(hashes.rows.map(({ hash }) => hash))
    } finally {
      await close()
    }
  } finally {
    await pool.end()
  }
})
