import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { type ApiStage, post, randomEntity, seeded, startApiStage } from './api-stage.ts'
import { atLeast, type Bench, type BenchResult, figure, median } from './harness.ts'

const worlds = ['alpha', 'beta', 'gamma', 'delta']
const batchesPerWorld = 5
const batchEntities = 1_000
const entityBytes = 2_048
const runs = 5
const tables = ['entities', 'components', 'entity_physics_state', 'world_events']
const ginIndexes = [
  'CREATE INDEX entities_tags ON entities USING gin (tags)',
  'CREATE INDEX components_data ON components USING gin (data jsonb_path_ops)',
]

/**
 * 2 KB entities through HTTP in batches of 1,000, four worlds at once, beside COPY of the very same rows into
 * the same tables on as many connections; with the GIN indexes, and without them in both.
 */
const run = async (log: (line: string) => void): Promise<BenchResult> => {
  const stage = await startApiStage()
  const admin = new pg.Client({ connectionString: stage.postgres.adminUrl() })
  await admin.connect()
  try {
    const rates = new Map<string, number[]>()
    for (const indexes of ['with GIN', 'without GIN']) {
      if (indexes === 'without GIN') await admin.query('DROP INDEX entities_tags, components_data')
      for (let index = -1; index < runs; index++) {
        const { ours, copy } = await measure(stage, admin, index)
        log(
          `${indexes}: ${Math.round(ours)} rows/s, COPY ${Math.round(copy)} rows/s${index < 0 ? ' (warm-up)' : ''}`,
        )
        if (index < 0) continue
        for (const [name, value] of [
          ['ours', ours],
          ['COPY', copy],
          ['ours / COPY', ours / copy],
        ] as const) {
          rates.set(`${name}, ${indexes}`, [...(rates.get(`${name}, ${indexes}`) ?? []), value])
        }
      }
    }
    for (const statement of ginIndexes) await admin.query(statement)
    return {
      figures: [...rates].map(([name, sample]) =>
        figure(name, name.includes('/') ? 'ratio' : 'rows/s', sample),
      ),
      goals: [
        atLeast('share of COPY, with GIN', median(rates.get('ours / COPY, with GIN')!), 0.5),
        atLeast('share of COPY, without GIN', median(rates.get('ours / COPY, without GIN')!), 0.25),
      ],
    }
  } finally {
    await admin.end()
    await stage.stop()
  }
}

export const bench: Bench = { name: 'ingest', run }

/** One run each, in entities a second; the tables are empty before each. */
const measure = async (
  stage: ApiStage,
  admin: pg.Client,
  index: number,
): Promise<{ ours: number; copy: number }> => {
  const bodies = makeBodies(index + 2)
  await empty(admin)
  const ours = await timed(() =>
    Promise.all(
      bodies.map(async (batches) => {
        for (const body of batches) await post(stage.url, 'batch', body)
      }),
    ),
  )
  const rows = await exportRows(admin)
  await empty(admin)
  const clients = await Promise.all(worlds.map(() => connect(stage)))
  const copy = await timed(() => Promise.all(clients.map((client, world) => copyRows(client, rows[world]!))))
  await Promise.all(clients.map((client) => client.end()))
  await checkCounts(admin)
  return { ours, copy }
}

const total = worlds.length * batchesPerWorld * batchEntities

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return total / ((performance.now() - start) / 1_000)
}

/** The bodies of each world, made before the clock runs. */
const makeBodies = (seed: number): string[][] => {
  const random = seeded(seed)
  return worlds.map((space_name) =>
    Array.from({ length: batchesPerWorld }, (_, batch) => {
      const id = (n: number) => `entity-${batch * batchEntities + n}`
      const entities = Array.from({ length: batchEntities }, (_, n) =>
        randomEntity(id(n), random, entityBytes),
      )
      return JSON.stringify({ space_name, entities })
    }),
  )
}

const empty = async (admin: pg.Client): Promise<void> => {
  await admin.query(`TRUNCATE ${[...tables, 'worlds', 'requests', 'scene_snapshots'].join(', ')} CASCADE`)
  await admin.query('CHECKPOINT')
}

const connect = async ({ postgres }: ApiStage): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: postgres.adminUrl() })
  await client.connect()
  return client
}

type Rows = { table: string; bytes: Buffer[] }[]

/** What our run wrote, by world and table, in COPY's own binary format. */
const exportRows = async (admin: pg.Client): Promise<Rows[]> => {
  const { rows } = await admin.query<{ world_id: string }>('SELECT world_id FROM worlds ORDER BY name')
  const exported: Rows[] = []
  for (const { world_id } of rows) {
    const ofWorld: Rows = []
    for (const table of tables) {
      const bytes: Buffer[] = []
      const text = `COPY (SELECT * FROM ${table} WHERE world_id = '${world_id}') TO STDOUT (FORMAT binary)`
      for await (const chunk of admin.query(copyTo(text)) as AsyncIterable<Buffer>)
        bytes.push(Buffer.from(chunk))
      ofWorld.push({ table, bytes })
    }
    exported.push(ofWorld)
  }
  return exported
}

const copyRows = async (client: pg.Client, rows: Rows): Promise<void> => {
  await client.query('BEGIN')
  for (const { table, bytes } of rows) {
    const source = new PassThrough()
    const copied = pipeline(source, client.query(copyFrom(`COPY ${table} FROM STDIN (FORMAT binary)`)))
    for (const chunk of bytes) source.write(chunk)
    source.end()
    await copied
  }
  await client.query('COMMIT')
}

const checkCounts = async (admin: pg.Client): Promise<void> => {
  for (const table of tables) {
    const { rows } = await admin.query<{ count: string }>(`SELECT count(*) FROM ${table}`)
    const expected = table === 'world_events' ? total + worlds.length : total
    if (Number(rows[0]!.count) !== expected)
      throw new Error(`${table} holds ${rows[0]!.count} rows, not ${expected}`)
  }
}
