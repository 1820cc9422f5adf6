import fc from 'fast-check'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { type LayerName, layerNames } from '#ledger/settings'
import type { BrokenLink } from '#ledger/verify/broken-link'
import { verifyWorld } from '#ledger/verify/verify-world'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'
import { fiveLayers, walkers } from '../support/ledger-walkers.ts'

let ledger: LedgerHarness
let admin: pg.Client
let worldId: string

beforeAll(async () => {
  ledger = await createLedgerHarness()
  admin = new pg.Client({ connectionString: ledger.database.adminUrl })
  await admin.connect()
  worldId = await ledger.world('w')
  for (let from = 1; from <= 80; from += 10) {
    await ledger.produce(worldId, fiveLayers, walkers(from, from + 9), from + 9)
    await ledger.serveAll()
  }
  await ledger.produce(worldId, fiveLayers, walkers(3, 3, 2), 80)
  await ledger.produce(worldId, fiveLayers, walkers(81, 130), 130)
  await ledger.serveAll()
  await archiveSome()
})

afterAll(async () => {
  await admin?.end()
  await ledger?.close()
})

/** The first commits of every second chain go to the archive. */
const archiveSome = async (): Promise<void> => {
  const { pool, objects } = ledger
  const store = postgresLedgerStore({ pool, archive: objects, newId: uuidv7 })
  const { rows } = await admin.query<{ layer: LayerName; shard: string; number: number }>(
    'SELECT layer, shard, number::int FROM ledger_shards WHERE world_id = $1 AND number > 1 ORDER BY layer, shard',
    [worldId],
  )
  for (const { layer, shard, number } of rows.filter((_, at) => at % 2 === 0))
    await store.archiveCommits({
      ...{ tenantId: 'local', worldId, layer, shard, fromNumber: 1 },
      toNumber: Math.ceil(number / 2),
    })
}

const verify = () => verifyWorld(ledger, { worldId, tenantId: 'local' })

it('a ledger of all layers, a part of it in the archive, holds; and all of it was looked at', async () => {
  const { layers, broken } = await verify()
  expect(broken).toBeUndefined()
  const { rows } = await admin.query(
    `SELECT layer, count(*)::int AS commits, count(archive_id)::int AS archived, count(DISTINCT shard)::int AS chains,
       (SELECT count(*)::int FROM manifests m WHERE m.world_id = $1 AND m.layer = c.layer) AS manifests,
       (SELECT count(*)::int FROM gamma_cells g WHERE g.world_id = $1 AND g.layer = c.layer) AS cells
     FROM commits c WHERE world_id = $1 GROUP BY layer`,
    [worldId],
  )
  const expected = layerNames.map((layer) => rows.find((row) => row.layer === layer))
  expect(layers).toEqual(expected)
  expect(layers.every(({ archived, manifests }) => archived > 0 && manifests > 0)).toBe(true)
})

/** What the ledger does not say: it is there for those who work on it, or by the clock of the database alone. */
const notOfTheLedger = new Set([
  ...['spill_key', 'spill_input', 'holder', 'token', 'held_until'].map((name) => `ledger_shards.${name}`),
  ...['manifests.created_at', 'ledger_archives.created_at', 'ledger_archives.archive_id'],
  // GENERATED ALWAYS, and no more than what entries name their commit by
  'commits.commit_key',
])

/** SQL of a value with another bit, digit or letter somewhere, by the type of its column; $1 says where. */
const changedBy: Record<string, (column: string) => string> = {
  bytea: (c) =>
    `set_bit(${c}, $1::int % (8 * length(${c})), 1 - get_bit(${c}, $1::int % (8 * length(${c}))))`,
  bigint: (c) => `${c} # (1::bigint << ($1::int % 40))`,
  smallint: (c) => `${c} # (1 << ($1::int % 10))::smallint`,
  integer: (c) => `${c} # (1 << ($1::int % 20))`,
  numeric: (c) => `${c} + power(2, $1::int % 30)::numeric`,
  boolean: (c) => `NOT ${c} AND $1::int >= 0`,
  text: (c) => `overlay(${c} PLACING 'q' FROM 1 + $1::int % length(${c}) FOR 1)`,
  uuid: (c) =>
    `overlay(${c}::text PLACING CASE substr(${c}::text, 1 + $1::int % 8, 1) WHEN 'a' THEN 'b' ELSE 'a' END
      FROM 1 + $1::int % 8 FOR 1)::uuid`,
  jsonb: (c) => `${c} || jsonb_build_object('traces', jsonb_build_array($1::int))`,
  'timestamp with time zone': (c) => `${c} + (1 + $1::int % 1000000) * interval '1 microsecond'`,
  'double precision': (c) => `${c} + power(2, $1::int % 30 - 20)`,
  ARRAY: (c) => `${c} || ARRAY[$1::text]`,
}

interface Column {
  table: string
  column: string
  type: string
}

const columnsOf = async (table: string): Promise<Column[]> => {
  const { rows } = await admin.query<{ column: string; type: string }>(
    `SELECT column_name AS column, data_type AS type FROM information_schema.columns WHERE table_name = $1`,
    [table],
  )
  return rows
    .map((row) => ({ table, ...row }))
    .filter(({ column }) => !notOfTheLedger.has(`${table}.${column}`))
}

interface Flipped {
  /** Of the row as it was. */
  layer: string
  shard: string | null
  commitId: string | null
  undo(): Promise<void>
}

/** Changes a column of the row that is so many behind the first; undefined where a constraint does not let it. */
const flip = async (
  { table, column, type }: Column,
  at: number,
  where: number,
): Promise<Flipped | undefined> => {
  const rows = `FROM ${table} t WHERE world_id = '${worldId}' AND ${column} IS NOT NULL`
  const { rows: found } = await admin.query(
    `SELECT t.ctid::text AS place, t.${column}::text AS old, to_jsonb(t) AS row ${rows} ORDER BY t.*::text
     OFFSET $1::int % greatest(1, (SELECT count(*)::int ${rows})) LIMIT 1`,
    [at],
  )
  const { old, row, place } = found[0]
  try {
    const { rows: changed } = await admin.query(
      `UPDATE ${table} SET ${column} = ${changedBy[type]!(column)} WHERE ctid = '${place}'
       RETURNING ctid::text AS place, ${column}::text AS value`,
      [String(where)],
    )
    if (changed[0].value === old) return undefined
    return {
      ...{ layer: row.layer, shard: row.shard ?? null, commitId: row.commit_id ?? null },
      undo: async () => {
        const text = `UPDATE ${table} SET ${column} = $1 WHERE ctid = '${changed[0].place}'`
        expect((await admin.query(text, [old])).rowCount).toBe(1)
      },
    }
  } catch (error) {
    // integrity constraint violation
    if ((error as { code?: string }).code?.startsWith('23')) return undefined
    throw error
  }
}

/** Columns that say where a row belongs: with another value it is missing there, and in the way elsewhere. */
const naming = new Set([
  'world_id',
  'layer',
  'shard',
  'number',
  'manifest',
  'commit_key',
  'place',
  'exponent',
  'region',
])

const expectNamed = ({ column, table }: Column, flipped: Flipped, broken: BrokenLink | undefined): void => {
  expect(broken, `${table}.${column}`).toBeDefined()
  if (naming.has(column)) return
  expect(broken!.layer).toBe(flipped.layer)
  if (table === 'commits')
    expect([broken!.shard, broken!.commitId]).toEqual([flipped.shard, flipped.commitId])
  if (table === 'ledger_shards') expect(broken!.shard).toBe(flipped.shard)
  if (table === 'gamma_cells') expect(broken!.region).toBeDefined()
}

describe('a change anywhere is found, and the link is named:', () => {
  it.each(['commits', 'commit_entries', 'manifests', 'ledger_shards', 'gamma_cells', 'ledger_archives'])(
    'in any column of %s',
    { timeout: 120_000 },
    async (table) => {
      for (const column of await columnsOf(table)) {
        let found = 0
        await fc
          .assert(
            fc.asyncProperty(fc.nat(), fc.nat(), async (at, where) => {
              const flipped = await flip(column, at, where)
              fc.pre(flipped !== undefined)
              const { broken } = await verify().finally(flipped.undo)
              // commits.commit_id, and what else is the commit's own name, stands in the link as it is now
              if (column.column !== 'commit_id') expectNamed(column, flipped, broken)
              expect(broken, `${table}.${column.column}`).toBeDefined()
              found++
            }),
            { numRuns: 2, maxSkipsPerRun: 20 },
          )
          .catch((error: Error) => {
            // a column of a foreign key, whose other values the database itself refuses
            if (!/too many pre-condition failures/.test(error.message)) throw error
          })
        if (column.column !== 'world_id') expect([column.column, found]).toEqual([column.column, 2])
      }
      expect((await verify()).broken).toBeUndefined()
    },
  )

  it('in any byte of an archived batch, or where it is gone', { timeout: 60_000 }, async () => {
    const { rows } = await admin.query<{ key: string; layer: string; shard: string }>(
      'SELECT key, layer, shard FROM ledger_archives WHERE world_id = $1',
      [worldId],
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...rows),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (row, at, bits) => {
          const bytes = (await ledger.objects.get(row.key))!
          const other = Buffer.from(bytes)
          other[at % bytes.length]! ^= bits
          await ledger.objects.put(row.key, other)
          const { broken } = await verify().finally(() => ledger.objects.put(row.key, bytes))
          expect(broken).toMatchObject({ layer: row.layer, shard: row.shard, number: 1 })
          expect(broken!.what).toContain(row.key)
        },
      ),
      { numRuns: 15 },
    )
    const { key, layer, shard } = rows[0]!
    const bytes = (await ledger.objects.get(key))!
    await ledger.objects.delete(key)
    const { broken } = await verify().finally(() => ledger.objects.put(key, bytes))
    expect(broken).toMatchObject({ layer, shard, what: `archive ${key}: it is missing` })
  })
})
